// What a key does in the tree of hits, after the ARIA tree pattern.
import type { SearchRows } from "./rows";

export type ListAction =
  | { do: "choose"; index: number }
  | { do: "fold"; file: number; folded: boolean }
  | { do: "open" }
  | { do: "back" }
  | null;

/** The answer to a key with the row at `chosen` chosen; `page` is how many rows are on screen. */
export function listKey(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">,
  rows: SearchRows,
  chosen: number,
  page: number,
): ListAction {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const row = rows.row(chosen);
  switch (event.key) {
    case "ArrowDown":
      return choose(rows.choosable(chosen + 1, 1));
    case "ArrowUp":
      return chosen <= 0 ? { do: "back" } : choose(rows.choosable(chosen - 1, -1));
    case "PageDown":
      return choose(near(rows, Math.min(rows.total - 1, chosen + page), 1));
    case "PageUp":
      return choose(near(rows, Math.max(0, chosen - page), -1));
    case "Home":
      return choose(near(rows, 0, 1));
    case "End":
      return choose(near(rows, rows.total - 1, -1));
    case "ArrowRight":
      if (row?.kind !== "file") return null;
      return row.folded
        ? { do: "fold", file: row.file, folded: false }
        : choose(rows.choosable(chosen + 1, 1));
    case "ArrowLeft":
      if (row?.kind === "file") return row.folded ? null : { do: "fold", file: row.file, folded: true };
      return choose(headerAbove(rows, chosen));
    case "Enter":
      if (row?.kind === "file") return { do: "fold", file: row.file, folded: !row.folded };
      return row?.kind === "hit" ? { do: "open" } : null;
    case " ":
      return row?.kind === "file" ? { do: "fold", file: row.file, folded: !row.folded } : null;
    case "Escape":
      return { do: "back" };
    default:
      return null;
  }
}

function choose(index: number): ListAction {
  return index < 0 ? null : { do: "choose", index };
}

function near(rows: SearchRows, index: number, step: 1 | -1): number {
  const there = rows.choosable(index, step);
  return there >= 0 ? there : rows.choosable(index, step === 1 ? -1 : 1);
}

/** The row of the file that a hit is in, as far as rows are held; -1 otherwise. */
function headerAbove(rows: SearchRows, index: number): number {
  for (let at = index - 1; at >= 0; at -= 1) {
    const row = rows.row(at);
    if (!row) return -1;
    if (row.kind === "file") return at;
  }
  return -1;
}
