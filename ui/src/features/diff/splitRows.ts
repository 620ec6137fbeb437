// A unified difference laid out side by side: what was removed stands beside what came in its place.
import type { DiffRow } from "$lib/ipc";

/** Indexes of unified rows; null where a side has nothing. A gap and equal lines stand on both sides. */
export interface SplitRow {
  left: number | null;
  right: number | null;
}

export function splitRows(rows: readonly DiffRow[]): SplitRow[] {
  const split: SplitRow[] = [];
  let at = 0;
  while (at < rows.length) {
    const kind = rows[at]?.kind;
    if (kind !== "removed" && kind !== "added") {
      split.push({ left: at, right: at });
      at += 1;
      continue;
    }
    const removed = at;
    while (rows[at]?.kind === "removed") at += 1;
    const added = at;
    while (rows[at]?.kind === "added") at += 1;
    const deep = Math.max(added - removed, at - added);
    for (let step = 0; step < deep; step += 1)
      split.push({
        left: removed + step < added ? removed + step : null,
        right: added + step < at ? added + step : null,
      });
  }
  return split;
}
