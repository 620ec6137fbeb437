// The one key handler of the window: finds the command of a pressed key and runs it.
import { isSingleCharacter, matchesChord } from "./chord";
import { availableCommands, type Command } from "./commands.svelte";

export interface KeyContext {
  /** A modal sheet is open: only commands that say so act. */
  modal: boolean;
  /** Whether single letters act at all (Settings, Keyboard). */
  singleLetters: boolean;
}

/** The command a key press means, if any. */
export function commandFor(event: KeyboardEvent, context: KeyContext): Command | undefined {
  const target = event.target instanceof Element ? event.target : null;
  const typing = isTextField(target);
  return availableCommands().find((command) => {
    if (context.modal && !command.whileModal) return false;
    if (command.scope && !target?.closest(`[data-key-scope="${command.scope}"]`)) return false;
    const chord = command.keys?.find((keys) => matchesChord(event, keys));
    if (!chord) return false;
    if (isSingleCharacter(chord)) return context.singleLetters && !typing;
    if (command.yieldsToText && typing) return false;
    return true;
  });
}

/** Listens on the window; returns what ends it. Keys that somebody handled already are left alone. */
export function handleKeys(context: () => KeyContext): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandFor(event, context());
    if (!command) return;
    event.preventDefault();
    void command.run?.();
  };
  window.addEventListener("keydown", pressed);
  return () => window.removeEventListener("keydown", pressed);
}

/** Whether what is typed there becomes text. A read-only code view is not a text field. */
export function isTextField(element: Element | null): boolean {
  if (!element) return false;
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  if (element instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "range"].includes(element.type);
  return element instanceof HTMLElement && element.isContentEditable;
}
