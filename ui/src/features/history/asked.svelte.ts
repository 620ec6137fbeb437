// What other screens ask of the history: the commits of a path or reference, one commit, or two that are compared.
import { route, showVersions } from "$features/frame/route.svelte";
import { putView } from "./view.svelte";

/** A state that can be compared, with the name it goes by. */
export interface NamedCommit {
  /** Hex, whole. */
  id: string;
  /** "main", "v2.1"; the short id where it is left out. */
  name?: string;
}

export type HistoryRequest =
  | { kind: "list"; path: string | null; reference: string | null }
  | { kind: "commit"; id: string }
  | { kind: "folder"; id: string; path: string | null }
  | { kind: "compare"; old: NamedCommit; new: NamedCommit };

interface HistorySlot {
  /** What was asked for and not taken up yet, and the project it is about. */
  request: { projectId: string; asked: HistoryRequest } | null;
}

/** Written by whoever asks, taken up by the commits of the project. */
export const historySlot: HistorySlot = $state({ request: null });

function ask(asked: HistoryRequest): void {
  const { projectId } = route;
  if (projectId === null) return;
  historySlot.request = { projectId, asked };
  putView(projectId, "commits");
  showVersions();
}

/** Lists the commits of the open project: those that changed a path, those from a branch, tag or commit on, or all. */
export function askHistory(of: { path?: string | null; reference?: string | null } = {}): void {
  ask({ kind: "list", path: of.path ?? null, reference: of.reference ?? null });
}

/** Shows one commit of the open project; its id in hex, whole. */
export function askCommit(id: string): void {
  ask({ kind: "commit", id });
}

/** Shows what differs between a commit (its id in hex, whole) and the folder of the open project: in one file of it, or in all. */
export function askCommitWithFolder(id: string, path: string | null): void {
  ask({ kind: "folder", id, path });
}

/** Shows what differs between two commits of the open project. */
export function askCommits(old: NamedCommit, now: NamedCommit): void {
  ask({ kind: "compare", old, new: now });
}
