// Going from a name to where it is defined and where it is used, by its spelling.
import { readerSlot, type WordAtCaret } from "$features/frame/reader-slot.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import { paletteAsk, replacePlaces, showPlaces, showsPlaces } from "$features/palette/ask.svelte";
import { openPlace } from "$features/palette/openPlace";
import { backend, type Definitions } from "$lib/ipc";
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
  const ask = () => backend().definitions(project.id, at.word, at.path, at.version);
  try {
    const found = await patiently(ask, () => ticket === asked);
    if (ticket !== asked || openedProject()?.id !== project.id) return;
    // Where the caret already is on the definition, the others are what is asked for.
    const [only] = found.places.length === 1 ? found.places : [];
    const isHere = only?.path === at.path && only.line === at.line;
    if (!only || isHere) {
      showPlaces(found, at.version);
      return await keepAsking(found, ask);
    }
    const name = { start: only.column, end: only.end_column };
    const spot = { line: only.line, column: null, last: null };
    await openPlace(project, { path: only.path, spot, name }, at.version);
  } catch (thrown) {
    if (ticket === asked) toastFailure(thrown);
  }
}

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Asks for a moment again while symbols are still being read and none of this name is known. */
async function patiently(ask: () => Promise<Definitions>, wanted: () => boolean): Promise<Definitions> {
  const [TRIES, PAUSE_MS] = [12, 200];
  let found = await ask();
  for (let tries = 0; tries < TRIES && wanted() && !found.complete && found.places.length === 0; tries += 1) {
    await wait(PAUSE_MS);
    found = await ask();
  }
  return found;
}

/** Brings the list up to date while it is open and symbols are still being read. */
async function keepAsking(shown: Definitions, ask: () => Promise<Definitions>): Promise<void> {
  const PAUSE_MS = 500;
  let found = paletteAsk.places?.found ?? shown;
  while (!found.complete) {
    await wait(PAUSE_MS);
    if (!showsPlaces(found)) return;
    replacePlaces(await ask());
    found = paletteAsk.places?.found ?? found;
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
