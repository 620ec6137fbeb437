// What was written to a project's folder as a whole, and taking it back.
import { backend, toFailure, type Failure, type JournalCard, type RestoreOutcome } from "$lib/ipc";
import { loadFacts, loadProjects } from "$features/projects/projects.svelte";
import { counted } from "$lib/format/numbers";
import { isCancelled, runTask } from "$lib/tasks.svelte";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import { timelineOf } from "./timeline.svelte";

export const applied: { list: JournalCard[]; failure: Failure | null; loaded: boolean } = $state({
  list: [],
  failure: null,
  loaded: false,
});

export async function loadApplied(projectId: string): Promise<void> {
  try {
    applied.list = await backend().journals(projectId);
    applied.failure = null;
  } catch (thrown) {
    applied.failure = toFailure(thrown);
  }
  applied.loaded = true;
}

/** Takes back what a journal wrote; what was undone can be undone in turn. */
export async function undoApplied(projectId: string, journalId: string): Promise<void> {
  try {
    const done = await runTask("Undoing", (id, tell) =>
      backend().undoJournal(id, projectId, journalId, tell),
    );
    toast({
      text: `${done.title}: ${counted(done.files, "file")} as before`,
      ...(done.can_undo ? { undo: () => undoApplied(projectId, done.id) } : {}),
    });
  } catch (thrown) {
    if (!isCancelled(thrown)) toastFailure(thrown);
  }
  await afterWriting(projectId);
}

/** Tells what was restored, with the way back. */
export function tellRestored(projectId: string, outcome: RestoreOutcome): void {
  const { journal_id } = outcome;
  if (journal_id === null && outcome.unavailable > 0) {
    const [first] = outcome.problems;
    toast({
      text: `Nothing was restored: ${counted(outcome.unavailable, "file")} can't be had from v${outcome.version}`,
      hint: first ? `${first.path}: ${first.reason}` : "They stayed as they were.",
    });
    return;
  }
  if (journal_id === null) {
    toast({ text: `Everything is as in v${outcome.version} already` });
    return;
  }
  const left = outcome.unavailable
    ? `${counted(outcome.unavailable, "file")} could not be restored and stayed as they were. `
    : "";
  toast({
    text: `Restored ${counted(outcome.files, "file")} from v${outcome.version}`,
    hint: `${left}What was there before is v${outcome.undo_version}.`,
    undo: () => undoApplied(projectId, journal_id),
  });
}

/** The folder, the timeline and the list of what was applied are read again. */
export async function afterWriting(projectId: string): Promise<void> {
  await Promise.all([
    loadProjects(),
    loadFacts(projectId),
    timelineOf(projectId).refresh(),
    loadApplied(projectId),
  ]);
}
