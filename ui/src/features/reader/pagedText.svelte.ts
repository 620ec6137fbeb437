// The lines of a large text, fetched in pages as they come into sight.
import { backend, toFailure, type Failure, type PageLine } from "$lib/ipc";
import { SvelteMap } from "svelte/reactivity";

const PAGE_LINES = 200;
const PAGES_KEPT = 40;

export class PagedText {
  failure: Failure | null = $state.raw(null);
  /** The longest line seen so far, in characters. */
  widest = $state(80);
  private readonly pages = new SvelteMap<number, PageLine[]>();
  private first = 0;
  private last = 0;
  private pending: number | null = null;

  constructor(
    private readonly document: string,
    readonly lines: number,
  ) {}

  /** The text of a 0-based line, undefined while it is on its way. */
  line(index: number): PageLine | undefined {
    return this.pages.get(Math.floor(index / PAGE_LINES))?.[index % PAGE_LINES];
  }

  /** Says which 0-based lines are in sight, end-exclusive. Resolves once there is news of them. */
  see(first: number, last: number): Promise<void> {
    this.first = Math.max(0, first);
    this.last = Math.max(this.first + 1, Math.min(last, this.lines));
    return this.fetch();
  }

  retry(): void {
    this.failure = null;
    void this.fetch();
  }

  /** One page at a time, chosen by what is in sight when there is room for a request. Resolves with the first of them. */
  private async fetch(): Promise<void> {
    const page = this.pending === null && this.failure === null ? this.nextPage() : null;
    if (page === null) return;
    this.pending = page;
    try {
      const { lines } = await backend().fileLines(this.document, page * PAGE_LINES + 1, PAGE_LINES);
      for (const line of lines) if (line.text.length > this.widest) this.widest = line.text.length;
      this.pages.set(page, lines);
      this.letGo(page);
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      this.pending = null;
    }
    void this.fetch();
  }

  private nextPage(): number | null {
    const from = Math.floor(this.first / PAGE_LINES);
    const to = Math.floor((this.last - 1) / PAGE_LINES);
    const final = Math.floor(Math.max(0, this.lines - 1) / PAGE_LINES);
    for (const page of [...range(from, to), to + 1, from - 1]) {
      if (page >= 0 && page <= final && !this.pages.has(page)) return page;
    }
    return null;
  }

  private letGo(near: number): void {
    if (this.pages.size <= PAGES_KEPT) return;
    const furthest = [...this.pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const page of furthest.slice(0, this.pages.size - PAGES_KEPT)) this.pages.delete(page);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, step) => from + step);
}
