// Key chords as text ("Ctrl+Shift+S"), and whether a pressed key is one.

/** Whether Ctrl reads as Cmd here. */
export const isMac = typeof navigator !== "undefined" && /^Mac/.test(navigator.platform);

interface Chord {
  key: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
}

const named: Record<string, string> = {
  Space: " ",
  Left: "ArrowLeft",
  Right: "ArrowRight",
  Up: "ArrowUp",
  Down: "ArrowDown",
  Plus: "+",
  Esc: "Escape",
};

/** `Ctrl+Shift+S` taken apart. The key is compared as `KeyboardEvent.key` without regard to case. */
export function parseChord(text: string): Chord {
  const parts = text.replace(/\+\+$/, "+Plus").split("+");
  const key = parts.pop() ?? "";
  return {
    key: (named[key] ?? key).toLowerCase(),
    ctrl: parts.includes("Ctrl"),
    shift: parts.includes("Shift"),
    alt: parts.includes("Alt"),
  };
}

/** Whether this key press is the chord. A punctuation key such as `?` matches whether or not Shift was needed to type it. */
export function matchesChord(event: KeyboardEvent, text: string, mac = isMac): boolean {
  const chord = parseChord(text);
  const main = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (main !== chord.ctrl || other || event.altKey !== chord.alt) return false;
  const pressed = event.key.toLowerCase();
  if (pressed !== chord.key && !digitPressed(event, chord.key)) return false;
  const shiftTypesIt = chord.key.length === 1 && !/[a-z0-9 ]/.test(chord.key);
  return shiftTypesIt || event.shiftKey === chord.shift;
}

/** Digits are matched by place too, for layouts where they need Shift. */
function digitPressed(event: KeyboardEvent, key: string): boolean {
  return /^[0-9]$/.test(key) && event.code === `Digit${key}`;
}

/** Whether the chord is typed without Ctrl or Alt by a key that writes a character (WCAG 2.1.4). */
export function isSingleCharacter(text: string): boolean {
  const chord = parseChord(text);
  return !chord.ctrl && !chord.alt && chord.key.length === 1;
}

/** The caps to draw for a chord: `["Ctrl", "K"]`, on macOS `["⌘", "K"]`. */
export function chordCaps(text: string, mac = isMac): string[] {
  const macNames: Record<string, string> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };
  const shown: Record<string, string> = { Left: "←", Right: "→", Up: "↑", Down: "↓", Enter: "↵", Plus: "+" };
  return text
    .replace(/\+\+$/, "+Plus")
    .split("+")
    .map((part) => (mac ? macNames[part] : undefined) ?? shown[part] ?? part);
}

/** The chord in words for `aria-keyshortcuts`. */
export function ariaChord(text: string, mac = isMac): string {
  return text.replace("Ctrl", mac ? "Meta" : "Control");
}
