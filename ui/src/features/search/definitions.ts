// Going from a name to where it is defined and where it is used, by its spelling.
import { readerSlot, type WordAtCaret } from "$features/frame/reader-slot.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import { showPlaces } from "$features/palette/ask.svelte";
import { openPlace } from "$features/palette/openPlace";
import { backend } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { openReferences } from "./searches.svelte";

/** Raised with each question: only the last one is answered. */
let asked = 0;

/** Goes to where the name at the caret is defined; lists the places where there are several, and says so where there is none. */
export async function goToDefinition(
  at: WordAtCaret | null = readerSlot.wordAtCaret?.() ?? null,
): Promise<void> {
  const project = openedProject();
  if (!project || !at) return;
  const ticket = ++asked;
  try {
    const found = await backend().definitions(project.id, at.word, at.path, at.version);
    if (ticket !== asked || openedProject()?.id !== project.id) return;
    // Where the caret already is on the definition, the others are what is asked for.
    const [only] = found.places.length === 1 ? found.places : [];
    const isHere = only?.path === at.path && only.line === at.line;
    if (!only || isHere) return showPlaces(found, at.version);
    const name = { start: only.column, end: only.end_column };
    const spot = { line: only.line, column: null, last: null };
    await openPlace(project, { path: only.path, spot, name }, at.version);
  } catch (thrown) {
    if (ticket === asked) toastFailure(thrown);
  }
}

/** Searches for uses of the name at the caret. */
export function findReferences(): void {
  const at = readerSlot.wordAtCaret?.() ?? null;
  if (at) openReferences(at.word, at.version);
}

/** Ctrl and a click on a name in the reader go to its definition, until the returned function is called. */
export function followClicks(): () => void {
  const clicked = (event: MouseEvent) => {
    const inCode = event.target instanceof Element && event.target.closest("#workspace .cm-content");
    const selected = (readerSlot.position?.selected ?? 0) > 0;
    if (!inCode || selected || event.button !== 0 || !(event.ctrlKey || event.metaKey)) return;
    void goToDefinition();
  };
  document.addEventListener("click", clicked);
  return () => document.removeEventListener("click", clicked);
}
