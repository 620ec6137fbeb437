// What a key does in the timeline, after the ARIA listbox pattern with more than one selection.
import { pointOf, ROW_HEIGHT, type TimelineRow } from "./timelineRows";

export type TimelineAction = { do: "focus"; index: number } | { do: "toggle" | "show" | "menu" } | null;

/** The answer to a key with the row at `index` focused; `page` is the height of the list in pixels. */
export function timelineKey(
  event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">,
  rows: readonly TimelineRow[],
  index: number,
  page: number,
): TimelineAction {
  if ((event.key === "F10" && event.shiftKey) || event.key === "ContextMenu") return { do: "menu" };
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const jump = Math.max(1, Math.floor(page / ROW_HEIGHT) - 1);
  switch (event.key) {
    case "ArrowDown":
      return move(rows, index, 1, 1);
    case "ArrowUp":
      return move(rows, index, -1, 1);
    case "PageDown":
      return move(rows, index, 1, jump);
    case "PageUp":
      return move(rows, index, -1, jump);
    case "Home":
      return move(rows, -1, 1, 1);
    case "End":
      return move(rows, rows.length, -1, 1);
    case " ":
      return { do: "toggle" };
    case "Enter":
      return { do: "show" };
    default:
      return null;
  }
}

/** Over `count` rows that stand for something; days are passed over. */
function move(rows: readonly TimelineRow[], from: number, step: 1 | -1, count: number): TimelineAction {
  let found = -1;
  let left = count;
  for (let at = from + step; at >= 0 && at < rows.length && left > 0; at += step) {
    if (pointOf(rows[at]) === null) continue;
    found = at;
    left -= 1;
  }
  return found < 0 ? null : { do: "focus", index: found };
}
