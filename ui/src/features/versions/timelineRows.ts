// The lines of the timeline: the working copy, then versions under the days they were made on.
import type { VersionCard } from "$lib/ipc";
import { dayOf, versionTitle } from "./words";

export type TimelineRow =
  | { kind: "folder" }
  | { kind: "day"; text: string }
  | { kind: "version"; card: VersionCard }
  /** Older versions are still to be fetched. */
  | { kind: "more" };

/** What a row stands for: the folder as it is now, or a version. */
export type Point = number | "folder";

export const ROW_HEIGHT = 76;
/** A row that is compared also says what made it. */
export const PICKED_HEIGHT = 94;
export const DAY_HEIGHT = 32;

export function timelineRows(versions: readonly VersionCard[], more: boolean, now: Date): TimelineRow[] {
  const rows: TimelineRow[] = [{ kind: "folder" }];
  let day = "Today";
  for (const card of versions) {
    const its = dayOf(card.created_at, now);
    if (its !== day) rows.push({ kind: "day", text: its });
    day = its;
    rows.push({ kind: "version", card });
  }
  if (more) rows.push({ kind: "more" });
  return rows;
}

export function pointOf(row: TimelineRow | undefined): Point | null {
  if (row?.kind === "folder") return "folder";
  return row?.kind === "version" ? row.card.version : null;
}

/** Whether a version holds every word of the filter in its name, paths or branch. */
export function matchesWords(card: VersionCard, filter: string): boolean {
  const text = [
    `v${card.version}`,
    versionTitle(card),
    card.label,
    card.commit_summary,
    card.branch,
    card.commit,
    ...card.paths,
  ]
    .join("\n")
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
