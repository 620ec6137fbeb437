// Blame looked up by line, with the age of each part on a scale.
import type { Blame, BlameCommit, BlameHunk } from "$lib/ipc";
import { countUpTo } from "./structure";

/** 0 is the newest of the file, this the oldest. */
export const OLDEST = 5;

export interface BlamedLine {
  hunk: BlameHunk;
  /** Null for lines that are not committed yet. */
  commit: BlameCommit | null;
  isFirst: boolean;
  /** 0 (newest) to `OLDEST`, in equal steps between the first and the last commit of the file. */
  age: number;
}

export class BlameLines {
  private readonly newest: number;
  private readonly span: number;

  constructor(private readonly blame: Blame) {
    const times = blame.commits
      .map(({ authored_at }) => Date.parse(authored_at))
      .filter((time) => !Number.isNaN(time));
    this.newest = times.reduce((most, time) => Math.max(most, time), -Infinity);
    this.span = this.newest - times.reduce((least, time) => Math.min(least, time), Infinity);
  }

  at(line: number): BlamedLine | null {
    const { hunks, commits } = this.blame;
    const hunk = hunks[countUpTo(hunks, line, ({ first }) => first) - 1];
    if (!hunk || line >= hunk.first + hunk.lines) return null;
    const commit = hunk.commit === null ? null : (commits[hunk.commit] ?? null);
    return { hunk, commit, isFirst: hunk.first === line, age: this.ageOf(commit) };
  }

  private ageOf(commit: BlameCommit | null): number {
    const time = commit ? Date.parse(commit.authored_at) : this.newest;
    if (!(this.span > 0) || Number.isNaN(time)) return 0;
    return Math.round(((this.newest - time) / this.span) * OLDEST);
  }
}
