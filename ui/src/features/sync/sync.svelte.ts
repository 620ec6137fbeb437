// Where the syncs of every project stand, and which versions were verified while this window was open.
import { SvelteMap } from "svelte/reactivity";
import { count, counted } from "$lib/format/numbers";
import { backend, type SyncOutcome, type SyncProgress } from "$lib/ipc";
import { duration } from "$lib/format/time";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";

/** The latest word on each project's sync, finished ones included. */
export const syncs = new SvelteMap<string, SyncProgress>();

/** Syncs the user asked for, whose end is told with a toast. */
const asked = new Set<string>();

export const isRunning = (progress: SyncProgress | undefined): boolean =>
  progress?.status === "PENDING" || progress?.status === "RUNNING";

/** "214 of 980", or "214 files" while the total is unknown. */
export function syncCount(progress: SyncProgress): string {
  if (progress.status === "PENDING") return "Waiting";
  return progress.files_total > 0
    ? `${count(progress.files_done)} of ${count(progress.files_total)}`
    : counted(progress.files_done, "file");
}

/** What a finished sync found, in one line. */
export function outcomeText(outcome: SyncOutcome): string {
  if (!outcome.is_new) return `Nothing changed since v${outcome.version}`;
  const parts = [
    outcome.added ? `${count(outcome.added)} added` : "",
    outcome.changed ? `${count(outcome.changed)} changed` : "",
    outcome.removed ? `${count(outcome.removed)} removed` : "",
  ].filter(Boolean);
  const took = outcome.duration_ms < 100 ? "" : ` in ${duration(outcome.duration_ms)}`;
  return `Synced as v${outcome.version}${took}${parts.length ? `: ${parts.join(", ")}` : ""}`;
}

/** Starts a sync that the user asked for. */
export async function startSync(projectId: string): Promise<void> {
  if (isRunning(syncs.get(projectId))) return;
  asked.add(projectId);
  try {
    await backend().startSync(projectId);
  } catch (thrown) {
    asked.delete(projectId);
    toastFailure(thrown, { label: "Try again", run: () => startSync(projectId) });
  }
}

export async function cancelSync(projectId: string): Promise<void> {
  try {
    await backend().cancelSync(projectId);
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Takes over a progress event; returns true when the sync has come to its end. `latest` is the project's version before. */
export function noteProgress(progress: SyncProgress, latest?: number): boolean {
  syncs.set(progress.project_id, progress);
  if (isRunning(progress)) return false;
  if (asked.delete(progress.project_id)) tellEnd(progress, latest);
  return true;
}

function tellEnd(progress: SyncProgress, latest: number | undefined): void {
  if (progress.outcome) {
    const [warning] = progress.outcome.warnings;
    toast({ text: outcomeText(progress.outcome), ...(warning ? { hint: warning } : {}) });
  } else if (progress.error?.code === "CANCELLED") {
    const left = latest === undefined ? "Nothing was recorded." : `v${latest} is still the latest.`;
    toast({ text: `Sync cancelled. ${left}` });
  } else if (progress.error) {
    toastFailure(progress.error, { label: "Try again", run: () => startSync(progress.project_id) });
  }
}

/** Forgets where syncs stood, but not which ones were asked for: those still running say so with their next step. */
export function refreshSyncs(): void {
  syncs.clear();
}

export function resetSyncs(): void {
  syncs.clear();
  asked.clear();
}
