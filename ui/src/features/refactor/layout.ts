// Where the hunks of a proposal stand below each other, before their lines are known and afterwards.
import type { RefactorEdit, RefactorFile, RefactorHunk } from "$lib/ipc";

export const FILE_HEAD = 36;
export const FILE_GAP = 12;
export const HUNK_HEAD = 28;

/** A hunk whose lines may not be known yet. */
export interface HunkPlace {
  ids: number[];
  /** 1-based. */
  line: number;
  hunk: RefactorHunk | null;
}

/** The hunks that a file's edits will make: edits that touch the same lines are one. */
export function expectedHunks(edits: readonly RefactorEdit[]): HunkPlace[] {
  const places: HunkPlace[] = [];
  let last = 0;
  for (const { id, line, old } of edits) {
    const end = line + (old.match(/\n/g)?.length ?? 0);
    const place = places.at(-1);
    if (place && line <= last) place.ids.push(id);
    else places.push({ ids: [id], line, hunk: null });
    last = Math.max(last, end);
  }
  return places;
}

/** How many lines a hunk is high. One that is not known yet is taken for a changed line with one before and one after. */
export function hunkLines({ hunk }: HunkPlace, split: boolean): number {
  if (!hunk) return split ? 3 : 4;
  const changed = split ? Math.max(hunk.old.length, hunk.new.length) : hunk.old.length + hunk.new.length;
  return hunk.before.length + changed + hunk.after.length;
}

/** A piece of the review: the head of a file, one of its hunks, or something done to a file as a whole. */
export type Block =
  | { kind: "file"; file: RefactorFile; hunks: HunkPlace[]; folded: boolean }
  | { kind: "hunk"; file: RefactorFile; place: HunkPlace; index: number; last: boolean }
  | { kind: "whole"; key: string };

export const blockKey = (block: Block): string =>
  block.kind === "whole"
    ? block.key
    : block.kind === "file"
      ? `file:${block.file.path}`
      : `${block.file.path}#${block.index}`;

/** What the keyboard stops at. */
export const isStop = (block: Block): boolean => block.kind !== "file";

export function blockHeight(block: Block, split: boolean, row: number): number {
  if (block.kind === "file") return FILE_GAP + FILE_HEAD + 1;
  if (block.kind === "whole") return FILE_GAP + FILE_HEAD + HUNK_HEAD + 2;
  return HUNK_HEAD + hunkLines(block.place, split) * row + (block.last ? 1 : 0);
}
