// How differences are laid out: what the user chose, kept on this computer, and whether there is room for it.
import type { Layout } from "./diffCard.svelte";

const KEY = "lectern.diff.layout";
const narrow = typeof matchMedia === "function" ? matchMedia("(max-width: 1180px)") : null;

function stored(): Layout {
  try {
    return localStorage.getItem(KEY) === "unified" ? "unified" : "split";
  } catch {
    return "split";
  }
}

/** `narrow` is true where two columns have no room. */
export const diffLayout: { chosen: Layout; narrow: boolean } = $state({
  chosen: stored(),
  narrow: narrow?.matches ?? false,
});

narrow?.addEventListener("change", ({ matches }) => (diffLayout.narrow = matches));

export function keepLayout(layout: Layout): void {
  diffLayout.chosen = layout;
  try {
    localStorage.setItem(KEY, layout);
  } catch {
    // Without storage the choice lasts as long as the window.
  }
}
