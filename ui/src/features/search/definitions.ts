// Going from a name to where it is defined and where it is used: by what it means, and where nobody knows that, by its spelling.
import { readerSlot, type WordAtCaret } from "$features/frame/reader-slot.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import { paletteAsk, replacePlaces, showPlaces, showsPlaces } from "$features/palette/ask.svelte";
import { openPlace } from "$features/palette/openPlace";
import {
  backend,
  toFailure,
  type Definitions,
  type Failure,
  type ProjectCard,
  type SymbolPlace,
} from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import { Question, definitionQuestion } from "./question.svelte";
import { openReferences } from "./searches.svelte";

/** What a language says of a name that nothing in the project declares: a name spelt the same is something else. */
const ELSEWHERE = new Set(["EXTERNAL", "BUILT_IN"]);
/** Why an engine has no answer, and the spelling may have one. */
const UNKNOWN = new Set(["UNSUPPORTED", "NO_NAME", "UNPARSABLE", "UNKNOWN_VERSION", "DECLARED_ELSEWHERE"]);

/** Goes to where the name at the caret is defined; lists the places where there are several, and says so where there is none. */
export async function goToDefinition(
  at: WordAtCaret | null = readerSlot.wordAtCaret?.() ?? null,
): Promise<void> {
  const project = openedProject();
  if (!project || !at) return;
  const question = definitionQuestion.begin(project.id, at);
  try {
    const found = await backend().definitionAt(question.id, at.document, at.line, at.column);
    if (!question.wanted) return;
    question.end();
    const { name, places, certain } = found;
    const [only] = places.length === 1 && certain ? places : [];
    if (!only) showPlaces({ name, places, truncated: false, by_name: false, complete: true }, at.version);
    else if (only.path === at.path && only.line === at.line && only.column === at.column) isHere(at);
    else await goTo(project, at, only);
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (question.wanted) await otherwise(project, at, failure, question);
  } finally {
    question.end();
  }
}

/** The caret is on the definition already: what is asked for then is where it is used. */
function isHere(at: WordAtCaret): void {
  toast({
    text: `This is where ${at.word} is defined`,
    action: { label: "Find references", run: () => referencesOf(at) },
  });
}

/** The engine has no place to go to. */
async function otherwise(
  project: ProjectCard,
  at: WordAtCaret,
  failure: Failure,
  question: Question,
): Promise<void> {
  if (UNKNOWN.has(failure.code)) return await byName(project, at, failure, question);
  question.end();
  if (!ELSEWHERE.has(failure.code)) return toastFailure(failure);
  const look = () => byName(project, at, failure, definitionQuestion.begin(project.id, at));
  toast({ text: failure.message, action: { label: "Look by name", run: () => void look() } });
}

/** Goes to where something spelt the same is defined, and says that it is only that. */
async function byName(
  project: ProjectCard,
  at: WordAtCaret,
  why: Failure,
  question: Question,
): Promise<void> {
  const ask = () => backend().definitions(project.id, at.word, at.path, at.version);
  try {
    const found = await patiently(ask, () => question.wanted);
    if (!question.wanted) return;
    // Where the caret already is on the definition, the others are what is asked for.
    const [only] = found.places.length === 1 ? found.places : [];
    if (only && !(only.path === at.path && only.line === at.line)) return await goTo(project, at, only);
    showPlaces(found, at.version, why.message);
    question.end();
    await keepAsking(found, ask);
  } catch (thrown) {
    if (question.wanted) toastFailure(thrown);
  } finally {
    question.end();
  }
}

async function goTo(project: ProjectCard, at: WordAtCaret, place: SymbolPlace): Promise<void> {
  const name = { start: place.column, end: place.end_column };
  const spot = { line: place.line, column: null, last: null };
  await openPlace(project, { path: place.path, spot, name }, at.version);
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
  if (at) referencesOf(at);
}

function referencesOf({ word, version, document, line, column }: WordAtCaret): void {
  definitionQuestion.cancel();
  openReferences(word, version, { document, line, column });
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
