// The rows of a search as far as they are held: pages near the screen, kept on it while newer ones are fetched.
import type { SearchRow, SearchRowPage } from "$lib/ipc";

export const PAGE = 200;
/** Pages held; those farthest from the screen go first. */
export const KEPT_PAGES = 24;

export class SearchRows {
  /** Raised when rows may have moved: an answer to an older question is of no use then. */
  generation = 0;
  private readonly pages = new Map<number, readonly SearchRow[]>();
  private readonly fresh = new Set<number>();
  private readonly paths = new Map<number, string>();

  constructor(public total = 0) {}

  row(index: number): SearchRow | undefined {
    return index < this.total ? this.pages.get(Math.floor(index / PAGE))?.[index % PAGE] : undefined;
  }

  /** The path of a file of the search, if its header was among the rows. */
  pathOf(file: number): string | undefined {
    return this.paths.get(file);
  }

  /** There are more rows, or others: what is held stays on screen until it is fetched anew. */
  moved(total: number): void {
    this.total = total;
    this.generation += 1;
    this.fresh.clear();
  }

  /** The next page with rows of `first`..`last` (end-exclusive) that is not held as it is now; null when all are. */
  want(first: number, last: number): { first: number; count: number } | null {
    const end = Math.min(last, this.total);
    for (let page = Math.floor(Math.max(0, first) / PAGE); page * PAGE < end; page += 1)
      if (!this.fresh.has(page)) return { first: page * PAGE, count: PAGE };
    return null;
  }

  /** Takes a page that was asked for at `generation`; false when rows have moved since. */
  put(answer: SearchRowPage, generation: number, near = answer.first): boolean {
    if (generation !== this.generation) return false;
    const page = Math.floor(answer.first / PAGE);
    // A page of the answer that was shorter than asked for may be of a search that has grown meanwhile: its event will tell.
    this.pages.set(page, answer.rows);
    this.fresh.add(page);
    for (const row of answer.rows) if (row.kind === "file") this.paths.set(row.file, row.path);
    this.evict(Math.floor(near / PAGE));
    return true;
  }

  /** Lines with hits of a file, ascending, as far as its rows are held. */
  linesOf(path: string): number[] {
    const lines: number[] = [];
    for (const rows of this.pages.values())
      for (const row of rows)
        if (row.kind === "hit" && this.paths.get(row.file) === path) lines.push(row.line);
    return lines.sort((a, b) => a - b);
  }

  /** Where the hit at a place stands now, as far as its rows are held; -1 otherwise. */
  indexOf(path: string, line: number): number {
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex(
        (row) => row.kind === "hit" && row.line === line && this.paths.get(row.file) === path,
      );
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  /** The next row from `from` on that can be chosen: a file or a hit, or one that is not held yet. -1 when there is none. */
  choosable(from: number, step: 1 | -1): number {
    for (let at = from; at >= 0 && at < this.total; at += step) {
      const row = this.row(at);
      if (!row || row.kind === "file" || row.kind === "hit") return at;
    }
    return -1;
  }

  /** The first hit, or a row before it that is not held yet. */
  firstHit(): number {
    for (let at = 0; at < this.total; at += 1) {
      const row = this.row(at);
      if (!row || row.kind === "hit") return at;
    }
    return -1;
  }

  private evict(near: number): void {
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const page of far.slice(0, Math.max(0, far.length - KEPT_PAGES))) {
      this.pages.delete(page);
      this.fresh.delete(page);
    }
  }
}
