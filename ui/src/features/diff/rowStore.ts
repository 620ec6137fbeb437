// The rows of one file's difference as far as they were fetched, in pages, with gaps that open.
import type { DiffRow, DiffRowPage } from "$lib/ipc";

export const PAGE = 1_000;

export class RowStore {
  /** Names of the gaps that were opened, as the shell wants them. */
  expanded: number[] = [];
  /** Raised when rows moved: an answer to an older question is of no use then. */
  generation = 0;
  private rows = new Map<number, DiffRow>();
  private asked = new Set<number>();

  constructor(public total: number) {}

  row(index: number): DiffRow | undefined {
    return this.rows.get(index);
  }

  get complete(): boolean {
    return this.rows.size >= this.total;
  }

  /** Rows that are gaps, ascending, among those fetched. */
  gaps(): number[] {
    const found: number[] = [];
    for (const [index, row] of this.rows) if (row.kind === "gap") found.push(index);
    return found.sort((a, b) => a - b);
  }

  /** The row that shows a line of a side (1-based), or the gap that hides it; -1 when it is not among those fetched. */
  rowOf(side: "old" | "new", line: number): number {
    const key = side === "old" ? "old_line" : "new_line";
    let before = 0;
    for (const index of [...this.rows.keys()].sort((a, b) => a - b)) {
      const row = this.rows.get(index);
      if (!row) continue;
      const number = row[key] ?? 0;
      if (row.kind === "gap") {
        if (line > before && line <= before + row.hidden) return index;
        before += row.hidden;
      } else if (number === line) return index;
      else if (number > 0) before = number;
    }
    return -1;
  }

  /** Pages with rows of `first`..`last` (end-exclusive) that nobody asked for yet; they count as asked for from now on. */
  ask(first: number, last: number): { first: number; count: number }[] {
    const pages: { first: number; count: number }[] = [];
    for (let page = Math.floor(first / PAGE); page * PAGE < Math.min(last, this.total); page += 1) {
      if (this.asked.has(page)) continue;
      this.asked.add(page);
      if (this.lacks(page)) pages.push({ first: page * PAGE, count: PAGE });
    }
    return pages;
  }

  /** A page could not be had: it may be asked for again. */
  forget(first: number): void {
    this.asked.delete(Math.floor(first / PAGE));
  }

  put(page: DiffRowPage): void {
    this.total = page.total;
    page.rows.forEach((row, at) => this.rows.set(page.first + at, row));
  }

  /** Opens the gap at a row: what it hid is still to be fetched, all below moves down. False when it can't be named. */
  open(index: number): boolean {
    const gap = this.rows.get(index);
    const name = gap?.kind === "gap" ? this.nameOf(index, gap) : null;
    if (!gap || name === null) return false;
    this.expanded = [...this.expanded, name];
    const moved = new Map<number, DiffRow>();
    for (const [at, row] of this.rows) {
      if (at < index) moved.set(at, row);
      else if (at > index) moved.set(at + gap.hidden - 1, row);
    }
    this.rows = moved;
    this.total += gap.hidden - 1;
    this.moved();
    return true;
  }

  /** Opens every gap; all rows are fetched anew. */
  openAll(): void {
    for (const row of this.rows.values()) if (row.kind === "gap") this.total += row.hidden - 1;
    this.expanded = [0];
    this.rows = new Map();
    this.moved();
  }

  private moved(): void {
    this.asked = new Set();
    this.generation += 1;
  }

  private lacks(page: number): boolean {
    for (let at = page * PAGE; at < Math.min((page + 1) * PAGE, this.total); at += 1)
      if (!this.rows.has(at)) return true;
    return false;
  }

  /** A gap is named by the line it begins with, on the new side or, where there is none, on the old. */
  private nameOf(index: number, gap: DiffRow): number | null {
    if (index === 0) return 1;
    const before = this.rows.get(index - 1);
    if (before?.new_line) return before.new_line + 1;
    const after = this.rows.get(index + 1);
    if (after?.new_line) return after.new_line - gap.hidden;
    if (before?.old_line) return before.old_line + 1;
    return null;
  }
}
