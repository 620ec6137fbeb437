// Which commits are looked at: one, or two that are compared.
import type { Side } from "$lib/ipc";
import type { NamedCommit } from "./asked.svelte";

export interface CommitPicks {
  /** In the order they were picked; at most two. */
  readonly commits: readonly NamedCommit[];
  /** Of two: the first picked one is the new side. Settled when they are picked, so that a list that grows turns nothing round. */
  readonly firstIsNew: boolean;
}

export const noCommit: CommitPicks = { commits: [], firstIsNew: false };

export const pickCommit = (id: string): CommitPicks => ({ commits: [{ id }], firstIsNew: false });

export const pickPair = (old: NamedCommit, now: NamedCommit): CommitPicks => ({
  commits: [old, now],
  firstIsNew: false,
});

/**
 * This one as well; of three the one picked longest ago gives way. Picking one of two again lets it go. `placeOf` gives the place in a list
 * that begins with the newest, or -1 where it isn't known: then the order of picking counts.
 */
export function pickCommitToo(picks: CommitPicks, id: string, placeOf: (id: string) => number): CommitPicks {
  const others = picks.commits.filter((commit) => commit.id !== id);
  if (others.length < picks.commits.length)
    return others.length ? { commits: others, firstIsNew: false } : picks;
  const commits = [...others, { id }].slice(-2);
  const [a, b] = commits.map((commit) => placeOf(commit.id));
  const firstIsNew = a !== undefined && b !== undefined && a >= 0 && b >= 0 && a < b;
  return { commits, firstIsNew };
}

export const swapPair = (picks: CommitPicks): CommitPicks => ({ ...picks, firstIsNew: !picks.firstIsNew });

/** The two commits to compare; null unless there are two. */
export function pairOf({ commits, firstIsNew }: CommitPicks): { old: NamedCommit; new: NamedCommit } | null {
  const [first, second] = commits;
  if (!first || !second) return null;
  return firstIsNew ? { old: second, new: first } : { old: first, new: second };
}

export const commitSide = (commit: string): Side => ({ kind: "commit", commit });

/** What a commit is compared with: one of its parents, or nothing when it has none. */
export function parentSide(parents: readonly string[], chosen: number): Side {
  const parent = parents[chosen] ?? parents[0];
  return parent === undefined ? { kind: "empty" } : commitSide(parent);
}
