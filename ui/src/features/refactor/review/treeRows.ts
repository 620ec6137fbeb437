// The rows of the list of a proposal's files: headings, and below each its files.
import { count } from "$lib/format/numbers";
import { doneAndSkipped, type Entry, type Heading } from "../choices";
import type { Review } from "../review.svelte";
import { certaintyWords, sectionHint } from "../words";

export type TreeRow =
  { kind: "section"; section: Heading } | { kind: "entry"; entry: Entry; place: number; of: number };

const HEAD = 32;
const HINT = 34;
const ROW = 28;

export const rowHeight = (row: TreeRow): number =>
  row.kind === "entry" ? ROW : row.section.hint ? HEAD + HINT : HEAD;

/** Under review by how sure changes are; afterwards by whether they were done. */
export function treeRows(review: Review): TreeRow[] {
  const { proposal, sections, excluded } = review;
  const kind = proposal?.job.ask_kind ?? "RENAME_SYMBOL";
  const headings: Heading[] =
    proposal?.job.status === "PROPOSED"
      ? sections.map((section) => ({
          ...section,
          key: section.certainty,
          title: certaintyWords[section.certainty],
          hint: sectionHint(section, kind),
        }))
      : doneAndSkipped(sections, excluded);
  return headings.flatMap((section): TreeRow[] => [
    { kind: "section", section },
    ...section.entries.map((entry, index): TreeRow => ({
      kind: "entry",
      entry,
      place: index + 1,
      of: section.entries.length,
    })),
  ]);
}

export const idsOf = (row: TreeRow): number[] => (row.kind === "section" ? row.section.ids : row.entry.ids);

/** The row's accessible name. */
export const nameOf = (row: TreeRow): string =>
  row.kind === "section"
    ? `${row.section.title}, ${count(row.section.ids.length)}`
    : [row.entry.path, row.entry.to && `to ${row.entry.to}`, count(row.entry.ids.length)]
        .filter(Boolean)
        .join(", ");

/** The row of the hunk that the keyboard is at, by its key. */
export function selectedRow(rows: readonly TreeRow[], review: Review): string | null {
  const block = review.current;
  if (!block) return null;
  if (block.kind === "whole") return block.key;
  const { file } = block.kind === "file" ? block.card : block;
  const [id = -1] = review.idsOf(block);
  const entries = rows.flatMap((row) => (row.kind === "entry" ? [row.entry] : []));
  return entries.find(({ path, ids }) => path === file.path && ids.includes(id))?.key ?? null;
}
