// Asking for refactor jobs, from wherever it is done.
import { readerSlot, type WordAtCaret } from "$features/frame/reader-slot.svelte";
import { showRefactor } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import { backend, toFailure, type Failure, type RefactorAsk, type RefactorJob } from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import { asked, type NamePlace } from "./asked.svelte";
import { refactors } from "./refactors.svelte";

/** Asks, and shows the job. Answers why it was refused, if it was. */
export async function submit(projectId: string, ask: RefactorAsk): Promise<Failure | null> {
  try {
    show(await backend().refactorAsk(projectId, ask));
    return null;
  } catch (thrown) {
    return toFailure(thrown);
  }
}

/** Opens a job on the screen of its project. */
export function show(job: RefactorJob): void {
  refactors.put(job);
  refactors.open(job);
  asked.focus += 1;
  showRefactor();
}

/** How many UTF-8 bytes stand before a UTF-16 column of a line. */
export const bytesBefore = (line: string, column: number): number =>
  new TextEncoder().encode(line.slice(0, column)).length;

/** The name at the caret of the reader, if it is one that a rename can be asked of: one in the folder as it is now. */
export function nameInFront(): WordAtCaret | null {
  const at = readerSlot.wordAtCaret?.() ?? null;
  return at && at.version === null && at.commit === null ? at : null;
}

async function lineOf(document: string, line: number): Promise<string> {
  const { lines } = await backend().fileLines(document, line, 1);
  const [found] = lines;
  if (found && found.cut === 0) return found.text;
  return (await backend().fileText(document)).split("\n")[line - 1] ?? "";
}

/** Opens the field for the new name at the name in the reader. */
export function askInPlace(at: WordAtCaret): void {
  const project = openedProject();
  if (project) asked.inPlace = { projectId: project.id, at };
}

/** Asks for the new name of what stands in a line; `column` is UTF-16, null for where the word is first. */
export async function askRename(
  at: Pick<WordAtCaret, "document" | "path" | "line" | "word"> & { column: number | null },
): Promise<void> {
  const project = openedProject();
  if (!project) return;
  try {
    const text = await lineOf(at.document, at.line);
    const column = bytesBefore(text, at.column ?? firstPlace(text, at.word));
    await askRenameAt(project.id, { path: at.path, line: at.line, column });
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Where a name stands by itself in a line first, as UTF-16 column. */
export function firstPlace(line: string, word: string): number {
  const part = /[\p{L}\p{N}_$]/u;
  const alone = (at: number) => !part.test(line[at - 1] ?? "") && !part.test(line[at + word.length] ?? "");
  for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) if (alone(at)) return at;
  return Math.max(0, line.indexOf(word));
}

/** Asks for the new name of what is at a place; says why where it can't be renamed. */
export async function askRenameAt(
  projectId: string,
  place: NamePlace,
  suggestion: string | null = null,
  instead: RefactorJob | null = null,
): Promise<void> {
  try {
    const symbol = await backend().symbolAt(projectId, place.path, place.line, place.column);
    if (symbol.refused) {
      const { message, hint } = symbol.refused;
      toast({ text: message, tone: "bad", ...(hint ? { hint } : {}) });
      return;
    }
    const { name, kind: symbolKind, by_name: byName } = symbol;
    if (instead && instead.old_name !== "" && name !== instead.old_name) {
      const text = `${instead.old_name} is no longer in line ${place.line} of ${place.path}`;
      toast({ text, tone: "bad", hint: "Look again, or ask where it is now." });
      return;
    }
    asked.question = { kind: "rename", projectId, place, name, symbolKind, byName, suggestion, instead };
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Asks for another name than the one of a proposal that has conflicts, at the very place it was asked of. */
export async function askAnotherName(job: RefactorJob): Promise<void> {
  const place = { path: job.path, line: job.line, column: job.column };
  await askRenameAt(job.project_id, place, job.new_name, job);
}
