// What can be done with a thread, each with a message that can be taken back.
import { takeBack } from "$features/refactor/actions";
import { copyText } from "$features/versions/versionActions";
import {
  backend,
  type CommentCard,
  type NewThreadPlace,
  type RefactorJob,
  type ThreadCard,
  type ThreadPlace,
} from "$lib/ipc";
import { runTask, isCancelled } from "$lib/tasks.svelte";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import type { ThreadsHere } from "./here.svelte";
import type { ThreadView } from "./view.svelte";
import { threadLink } from "./link";
import { firstWords, placeWords } from "./words";

/** What an action needs to show at once what it did. */
export interface Around {
  here: ThreadsHere;
  view: ThreadView;
}

async function change({ here }: Around, work: () => Promise<ThreadCard>): Promise<ThreadCard | null> {
  try {
    const card = await work();
    here.take(card);
    void here.refresh();
    return card;
  } catch (thrown) {
    toastFailure(thrown);
    return null;
  }
}

/** The same for what takes something back: its failure is the message's to tell. */
async function back({ here }: Around, work: () => Promise<ThreadCard>): Promise<void> {
  here.take(await work());
  await here.refresh();
}

export async function setResolved(around: Around, thread: ThreadCard, resolved: boolean): Promise<void> {
  const { id, project_id: project } = thread;
  around.view.unset(id);
  if (!(await change(around, () => backend().resolveThread(project, id, resolved)))) return;
  toast({
    text: resolved ? "Thread resolved" : "Thread reopened",
    undo: () => {
      around.view.unset(id);
      return back(around, () => backend().resolveThread(project, id, !resolved));
    },
  });
}

export async function deleteThread(around: Around, { id, project_id: project }: ThreadCard): Promise<void> {
  try {
    await backend().deleteThread(project, id);
  } catch (thrown) {
    return toastFailure(thrown);
  }
  around.here.drop(id);
  toast({ text: "Thread deleted", undo: () => back(around, () => backend().restoreThread(project, id)) });
}

export async function deleteComment(around: Around, thread: ThreadCard, { id }: CommentCard): Promise<void> {
  const { project_id: project } = thread;
  const last = thread.comments.length === 1;
  try {
    await backend().deleteComment(project, id);
  } catch (thrown) {
    return toastFailure(thrown);
  }
  if (last) around.here.drop(thread.id);
  else around.here.take({ ...thread, comments: thread.comments.filter((other) => other.id !== id) });
  toast({
    text: last ? "Thread deleted" : "Comment deleted",
    undo: () => back(around, () => backend().restoreComment(project, id)),
  });
  void around.here.refresh();
}

const undoPlace =
  (around: Around, { id, project_id: project }: ThreadCard) =>
  () =>
    back(around, () => backend().undoThreadPlace(project, id));

export async function placeThread(
  around: Around,
  thread: ThreadCard,
  place: NewThreadPlace,
): Promise<boolean> {
  const { id, project_id: project } = thread;
  const placed = await change(around, () => backend().placeThread(project, id, place));
  if (placed) toast({ text: `Thread placed on ${placeWords(place.place)}`, undo: undoPlace(around, thread) });
  return placed !== null;
}

/** A place that was proposed is the one. */
export function chooseCandidate(around: Around, thread: ThreadCard, place: ThreadPlace): Promise<boolean> {
  return placeThread(around, thread, { place, side: { kind: "working_tree" }, document: null });
}

export async function keepThread(around: Around, thread: ThreadCard): Promise<void> {
  const { id, project_id: project } = thread;
  if (await change(around, () => backend().keepThread(project, id)))
    toast({ text: "Thread kept as outdated", undo: undoPlace(around, thread) });
}

export async function rejectPlace(around: Around, thread: ThreadCard): Promise<void> {
  const { id, project_id: project } = thread;
  if (await change(around, () => backend().rejectThreadPlace(project, id)))
    toast({ text: "Its place was wrong: the thread needs review", undo: undoPlace(around, thread) });
}

export async function takePlaceBack(around: Around, { id, project_id: project }: ThreadCard): Promise<void> {
  if (await change(around, () => backend().undoThreadPlace(project, id)))
    toast({ text: "The thread is where it was before" });
}

export async function setRead(
  around: Around,
  { id, project_id: project }: ThreadCard,
  read: boolean,
): Promise<void> {
  try {
    await backend().setThreadsRead(project, [id], read);
    await around.here.refresh();
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Puts a suggestion in place of the thread's lines; false when it was not. */
export async function applySuggestion(
  around: Around,
  { project_id: project }: ThreadCard,
  { id, author }: CommentCard,
  index: number,
): Promise<boolean> {
  try {
    const job = await runTask("Applying a suggestion", (task, tell) =>
      backend().applySuggestion(task, project, id, index, tell),
    );
    toast({
      text: author === "You" ? "Suggestion applied" : `Suggestion by ${author} applied`,
      undo: () => undoSuggestion(job),
    });
    return true;
  } catch (thrown) {
    if (!isCancelled(thrown)) toastFailure(thrown);
    return false;
  } finally {
    void around.here.refresh();
  }
}

/** Takes an applied suggestion back; asks first where its lines changed since. */
async function undoSuggestion(job: RefactorJob): Promise<void> {
  const { exact } = await backend().refactorUndoPlan(job.id);
  if (!exact) return takeBack(job);
  await runTask("Undoing a suggestion", (task, tell) => backend().refactorUndo(task, job.id, [], tell));
  toast({ text: "Suggestion undone" });
}

export async function copyLink(thread: ThreadCard): Promise<void> {
  await copyText(threadLink(thread), "Link to the thread copied");
}

/** The whole conversation as text. */
export async function copyThread(thread: ThreadCard): Promise<void> {
  const text = thread.comments
    .map(({ author, created_at, body }) => `${author}, ${created_at.slice(0, 16).replace("T", " ")}\n${body}`)
    .join("\n\n");
  await copyText(`${placeWords(thread.place)}\n\n${text}\n`, "Thread copied");
}

export async function copyComment({ body }: CommentCard): Promise<void> {
  await copyText(body, "Comment copied");
}

export const summary = ({ comments }: ThreadCard): string => firstWords(comments[0]?.body ?? "");
