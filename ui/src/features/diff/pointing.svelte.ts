// The pointer over the lines of a difference: where a comment could be begun, and over how many lines it is dragged.
import type { DiffRow } from "$lib/ipc";
import type { DiffSide } from "./diffThreads.svelte";

export type Column = "both" | DiffSide;

/** A line of a side, 1-based. */
export interface SideLine {
  side: DiffSide;
  line: number;
}

/** The line that a row stands for in a column: in the one column of the unified layout that of the new side, if there is one. */
export function lineOn(row: DiffRow, column: Column): SideLine | null {
  if (row.kind === "gap") return null;
  if (column !== "old" && row.new_line != null) return { side: "new", line: row.new_line };
  if (column !== "new" && row.old_line != null) return { side: "old", line: row.old_line };
  return null;
}

export class Pointing {
  /** The row under the pointer, and its column. */
  at: number | null = $state(null);
  column: Column | null = $state(null);
  private dragged: { side: DiffSide; from: number; to: number } | null = $state(null);

  constructor(private readonly done: (side: DiffSide, first: number, last: number) => void) {}

  /** Whether a row is among those that the pointer is dragged over. */
  covers(row: DiffRow, column: Column): boolean {
    const { dragged } = this;
    if (!dragged || (column !== "both" && column !== dragged.side)) return false;
    const line = dragged.side === "old" ? row.old_line : row.new_line;
    if (line == null || row.kind === "gap") return false;
    return line >= Math.min(dragged.from, dragged.to) && line <= Math.max(dragged.from, dragged.to);
  }

  moved(event: PointerEvent, column: Column, rowAt: (at: number) => DiffRow | undefined): void {
    const target = event.target as Element;
    const place = target.closest<HTMLElement>("[data-at]");
    if (!place || target.closest(".talk")) return this.left();
    const at = Number(place.dataset.at);
    if (at !== this.at || column !== this.column) [this.at, this.column] = [at, column];
    if (!this.dragged || (column !== "both" && column !== this.dragged.side)) return;
    const row = rowAt(at);
    const line = this.dragged.side === "old" ? row?.old_line : row?.new_line;
    if (line != null && line !== this.dragged.to) this.dragged = { ...this.dragged, to: line };
  }

  left(): void {
    this.at = null;
    this.column = null;
  }

  /** The button was pressed: what the pointer is let go of over is the other end. Selected text that holds the line counts as dragged over. */
  begin(event: PointerEvent, { side, line }: SideLine, column: HTMLElement | undefined): void {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const text = column ? selectedLines(column) : null;
    this.dragged =
      text && text.side === side && text.first <= line && line <= text.last
        ? { side, from: text.first, to: text.last }
        : { side, from: line, to: line };
    const end = (up: PointerEvent) => {
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      const { dragged } = this;
      this.dragged = null;
      if (up.type === "pointerup" && dragged) this.done(dragged.side, dragged.from, dragged.to);
    };
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }
}

/** The lines that text is selected of in a column: those of the new side where any are. */
export function selectedLines(column: HTMLElement): { side: DiffSide; first: number; last: number } | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const lines: Record<DiffSide, number[]> = { old: [], new: [] };
  for (const line of column.querySelectorAll<HTMLElement>(".dl[data-line]")) {
    const cell = line.querySelector(".t");
    if (!cell || !range.intersectsNode(cell) || getComputedStyle(cell).userSelect === "none") continue;
    if (line.dataset.old) lines.old.push(Number(line.dataset.old));
    if (line.dataset.new) lines.new.push(Number(line.dataset.new));
  }
  const halves = column.querySelector(".dl.half") !== null;
  const onOld = column.matches("[data-side=old]") || (!halves && lines.new.length === 0);
  const side: DiffSide = onOld ? "old" : "new";
  const found = lines[side];
  return found.length > 0 ? { side, first: Math.min(...found), last: Math.max(...found) } : null;
}
