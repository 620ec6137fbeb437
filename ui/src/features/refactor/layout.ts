// Where the hunks of a proposal stand below each other, before their lines are known and afterwards.
import type { RefactorCertainty, RefactorEdit, RefactorFile, RefactorHunk } from "$lib/ipc";
import { order } from "./choices";

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

/** The hunks of a file that are equally sure. One that holds several edits counts as its surest. */
export interface Card {
  /** Unique within the proposal. */
  key: string;
  file: RefactorFile;
  certainty: RefactorCertainty;
  /** With their number among all hunks of the file. */
  hunks: { place: HunkPlace; index: number }[];
}

const cardKey = (certainty: RefactorCertainty, path: string): string => `file:${certainty}:${path}`;

/** The keys of all cards that a file may have. */
export const cardKeysOf = (path: string): string[] => order.map((certainty) => cardKey(certainty, path));

/** The cards of files, in the order of the list beside them: what is certain first, then what is probable, then texts. */
export function cards(
  files: readonly RefactorFile[],
  placesOf: (path: string) => readonly HunkPlace[],
): Card[] {
  const found = new Map<RefactorCertainty, Card[]>(order.map((certainty) => [certainty, []]));
  for (const file of files) {
    const sure = new Map(file.edits.map(({ id, certainty }) => [id, certainty]));
    const own = new Map<RefactorCertainty, Card>();
    placesOf(file.path).forEach((place, index) => {
      // A place that is not told yet stands where the first of its file does.
      const ids = place.ids.length > 0 ? place.ids : sure.keys();
      const among = new Set([...ids].map((id) => sure.get(id)));
      const certainty = order.find((one) => among.has(one)) ?? "CERTAIN";
      const card = own.get(certainty) ?? { key: cardKey(certainty, file.path), file, certainty, hunks: [] };
      card.hunks.push({ place, index });
      own.set(certainty, card);
    });
    for (const [certainty, card] of own) found.get(certainty)?.push(card);
  }
  return [...found.values()].flat();
}

/** A piece of the review: the head of a card, one of its hunks, or something done to a file as a whole. */
export type Block =
  | { kind: "file"; card: Card; folded: boolean }
  | { kind: "hunk"; file: RefactorFile; place: HunkPlace; index: number; last: boolean; card: Card }
  | { kind: "whole"; key: string };

export const blockKey = (block: Block): string =>
  block.kind === "whole"
    ? block.key
    : block.kind === "file"
      ? block.card.key
      : `${block.file.path}#${block.index}`;

/** What the keyboard stops at. */
export const isStop = (block: Block): boolean => block.kind !== "file";

export function blockHeight(block: Block, split: boolean, row: number): number {
  if (block.kind === "file") return FILE_GAP + FILE_HEAD + 1;
  if (block.kind === "whole") return FILE_GAP + FILE_HEAD + HUNK_HEAD + 2;
  return HUNK_HEAD + hunkLines(block.place, split) * row + (block.last ? 1 : 0);
}
