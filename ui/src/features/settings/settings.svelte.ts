// What the signed-in user chose, applied to the window as soon as it changes.
import { backend, toFailure, type Failure, type Settings } from "$lib/ipc";

/** The settings with every number there: a number crosses from the shell as null only if it was none. */
export type Chosen = { [Key in keyof Settings]-?: NonNullable<Settings[Key]> };

export const defaultSettings: Chosen = {
  theme: "system",
  code_font_size: 12.5,
  zoom: 1,
  soft_wrap: false,
  lock_after_minutes: 15,
  single_letter_keys: true,
  show_whitespace: false,
  editor: "",
  preview_hours: 8,
  lock_ends_previews: false,
  desktop_notifications: false,
  notifications: {},
};

interface SettingsState {
  current: Chosen;
  failure: Failure | null;
}

/** `settings.current` is read everywhere; change it only through `changeSettings`. */
export const settings: SettingsState = $state({ current: { ...defaultSettings }, failure: null });

const darkPreferred = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

/** What the webview was last told. */
let zoomedTo = 1;

function complete(stored: Settings): Chosen {
  return {
    ...defaultSettings,
    ...(Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== null)) as Partial<Chosen>),
  };
}

/** Reads the signed-in user's settings and applies them. */
export async function loadSettings(): Promise<void> {
  try {
    settings.current = complete(await backend().settings());
    settings.failure = null;
    void backend()
      .windowTheme(settings.current.theme)
      .catch(() => undefined);
  } catch (thrown) {
    settings.failure = toFailure(thrown);
  }
  applySettings();
}

/** Applies the change at once and stores it; goes back to the stored values if storing fails. */
export async function changeSettings(change: Partial<Chosen>): Promise<void> {
  const before = settings.current;
  settings.current = { ...before, ...change };
  applySettings();
  try {
    settings.current = complete(await backend().saveSettings($state.snapshot(settings.current)));
    if (change.theme) await backend().windowTheme(change.theme);
    settings.failure = null;
  } catch (thrown) {
    settings.current = before;
    settings.failure = toFailure(thrown);
  }
  applySettings();
}

/** The line height, in whole pixels, that goes with a code size. */
export function codeLineHeight(size: number): number {
  return Math.round(size * 1.6);
}

/** Puts theme, code size and zoom on the document. */
export function applySettings(): void {
  const { theme, code_font_size, zoom } = settings.current;
  const root = document.documentElement;
  const dark = theme === "dark" || (theme === "system" && (darkPreferred?.matches ?? false));
  root.dataset.theme = dark ? "dark" : "light";
  root.style.setProperty("--code-size", `${code_font_size}px`);
  root.style.setProperty("--code-lh", `${codeLineHeight(code_font_size)}px`);
  if (zoom !== zoomedTo) {
    zoomedTo = zoom;
    backend()
      .setZoom(zoom)
      .catch(() => undefined);
  }
  try {
    localStorage.setItem("lectern.theme", theme);
  } catch {
    // Without storage the next start begins in the system's theme and changes once signed in.
  }
}

/** Follows the system's preference while the theme is "system". Returns what stops it. */
export function followSystemTheme(): () => void {
  darkPreferred?.addEventListener("change", applySettings);
  return () => darkPreferred?.removeEventListener("change", applySettings);
}
