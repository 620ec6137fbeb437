// What can be done with a refactor job.
import { SvelteSet } from "svelte/reactivity";
import { askReader } from "$features/frame/reader-slot.svelte";
import { showVersions, showWorkspace } from "$features/frame/route.svelte";
import { afterWriting } from "$features/versions/applied.svelte";
import { timelineOf } from "$features/versions/timeline.svelte";
import { copyText } from "$features/versions/versionActions";
import { counted } from "$lib/format/numbers";
import { backend, type RefactorJob, type RefactorUndoChoice } from "$lib/ipc";
import { isCancelled as wasCancelled, runTask, stopTask, tasks } from "$lib/tasks.svelte";
import { dismissUndo, toast, toastFailure } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { refactors } from "./refactors.svelte";
import type { Review } from "./review.svelte";
import { doneWords } from "./words";

/** Something is under way for these jobs (their ids). */
export const busy = new SvelteSet<string>();
/** What is written for a job now: the id of the task. */
const writing = new Map<string, string>();

/** What is being applied, by the ids of jobs. */
const applying = new Map<string, Promise<void>>();

async function attempt(job: RefactorJob, work: () => Promise<unknown>): Promise<void> {
  if (busy.has(job.id)) return;
  busy.add(job.id);
  try {
    await work();
  } catch (thrown) {
    if (!wasCancelled(thrown)) toastFailure(thrown);
    await refactors.load();
  } finally {
    busy.delete(job.id);
  }
}

/** Why a proposal can't be applied now; null when it can. */
export function hindrance(job: RefactorJob, review: Review): string | null {
  const { proposal, totals, anyway } = review;
  if (!proposal || job.status !== "PROPOSED") return "There is nothing to apply.";
  if (job.stale) return "Files changed since. Look again first.";
  if (totals.taken === 0) return "Nothing is included.";
  if (proposal.conflicts.some(({ breaks }) => breaks) && !anyway) return "Solve the conflicts first.";
  return null;
}

/** Writes what is chosen, all of it or nothing. */
export function apply(job: RefactorJob, review: Review): Promise<void> {
  const work = attempt(job, async () => {
    if (hindrance(job, review) !== null) return;
    // From now on Ctrl+Z is about this, not about what was done before.
    dismissUndo();
    await review.store();
    const applied = await runTask(`Applying: ${job.title}`, (id, tell) => {
      writing.set(job.id, id);
      return backend().refactorApply(id, job.id, tell);
    }).finally(() => writing.delete(job.id));
    await Promise.all([refactors.load(), afterWriting(job.project_id)]);
    toast({ text: doneWords(job.ask_kind, applied), undo: () => takeBack(job) });
  });
  if (applying.has(job.id)) return work;
  applying.set(job.id, work);
  return work.finally(() => applying.delete(job.id));
}

/** It is being written, or was a moment ago. */
export const isApplying = (job: RefactorJob): boolean => busy.has(job.id) && applying.has(job.id);

/**
 * Takes back what was applied, or applies again what was taken back; asks first where files changed since. What is still being
 * applied is taken back once it is written.
 */
export async function takeBack(job: RefactorJob): Promise<void> {
  const under = applying.get(job.id);
  if (under) {
    await under;
    if (refactors.find(job.id)?.status !== "APPLIED") return;
    dismissUndo();
  }
  await attempt(job, async () => {
    const plan = await backend().refactorUndoPlan(job.id);
    if (plan.exact) await writeBack(job, []);
    else asked.question = { kind: "undo", job: refactors.find(job.id) ?? job, plan };
  });
}

/** As [`takeBack`], after somebody chose. */
export const takeBackWith = (job: RefactorJob, choices: RefactorUndoChoice[]) =>
  attempt(job, () => writeBack(job, choices));

async function writeBack(job: RefactorJob, choices: RefactorUndoChoice[]): Promise<void> {
  const again = refactors.find(job.id)?.status === "UNDONE";
  const done = await runTask(`${again ? "Applying again" : "Taking back"}: ${job.title}`, (id, tell) => {
    writing.set(job.id, id);
    return backend().refactorUndo(id, job.id, choices, tell);
  }).finally(() => writing.delete(job.id));
  await Promise.all([refactors.load(), afterWriting(job.project_id)]);
  toast({
    text: `${again ? "Applied again" : "Taken back"} in ${counted(done.files, "file")}`,
    undo: () => takeBack(job),
  });
}

/** Ends what is worked out or written for a job; nothing of it is left in the folder. */
export function cancel(job: RefactorJob): void {
  const task = writing.get(job.id);
  if (task !== undefined && tasks.running.some(({ id }) => id === task)) stopTask(task);
  else void backend().refactorCancel(job.id).catch(toastFailure);
}

export const discard = (job: RefactorJob) =>
  attempt(job, async () => {
    await backend().refactorDiscard(job.id);
    await refactors.load();
    refactors.close(job.project_id);
    toast({ text: `Discarded: ${job.title}`, hint: "Nothing was written." });
  });

/** Works it out on the folder as it is now. */
export const lookAgain = (job: RefactorJob) =>
  attempt(job, async () => {
    const again = await backend().refactorAgain(job.id);
    refactors.put(again);
    refactors.open(again);
  });

/** Works a rename out so that a file imports the new name as the old one, and goes on with that. */
export const keepOldName = (job: RefactorJob, path: string) =>
  attempt(job, async () => {
    const again = await backend().refactorKeepOldName(job.id, path);
    refactors.put(again);
    refactors.open(again);
  });

export const copyPatch = (job: RefactorJob, review: Review | null) =>
  attempt(job, async () => {
    if (job.status === "PROPOSED") await review?.store();
    await copyText(await backend().refactorPatch(job.id), "Copied as a patch");
  });

/** Writes what is chosen to a patch file that the user names. */
export const exportPatch = (job: RefactorJob, review: Review | null) =>
  attempt(job, async () => {
    if (job.status === "PROPOSED") await review?.store();
    const name = job.title
      .replaceAll(/[^\p{L}\p{N} ._-]+/gu, " ")
      .trim()
      .slice(0, 80)
      .trim();
    const target = await backend().pickNewFile("Export as a patch", `${name || "changes"}.patch`);
    if (target === null) return;
    await backend().exportRefactorPatch(job.id, target);
    toast({ text: `Exported ${job.title}`, hint: target });
  });

/** Opens a place of the folder in the reader. */
export function read(path: string, line: number): void {
  showWorkspace();
  askReader({ version: null, path, ...(line > 0 ? { line } : {}) });
}

/** What was there before, beside what is there now. */
export function compare(job: RefactorJob): void {
  if (!job.applied) return;
  timelineOf(job.project_id).compareTwo(job.applied.undo_version, "folder");
  showVersions();
}
