// One file of a comparison: whether it is open, what there is to show of it, and the rows fetched so far.
import { backend, toFailure, type DiffFile, type DiffRow, type Failure, type FileDiff } from "$lib/ipc";
import type { Block, DiffSide, DiffThreads } from "./diffThreads.svelte";
import { RowMap, type Below } from "./rowMap";
import { RowStore } from "./rowStore";
import { splitRows, type SplitRow } from "./splitRows";

export type Layout = "split" | "unified";

export const HEADER = 38;
export const GAP_HEIGHT = 28;
/** Laying rows side by side takes all of them; beyond this many a file is shown unified. */
export const MOST_SPLIT = 10_000;
/** Lines of context around a change, for guessing heights. */
const AROUND = 7;
const NOTE_HEIGHT = 56;
const IMAGE_HEIGHT = 360;

export class DiffCard {
  open = $state(true);
  look: FileDiff | null = $state.raw(null);
  /** What is said about its lines. */
  threads: DiffThreads | null = $state.raw(null);
  /** Why the file or its rows can't be had. */
  failure: Failure | null = $state.raw(null);
  /** Height of a body that is not rows, as laid out. */
  noteHeight = $state(0);
  /** Raised when rows came or moved. */
  private turn = $state(0);
  private store = new RowStore(0);
  private looking = false;

  constructor(
    private readonly diff: string,
    readonly file: DiffFile,
    /** The shell let go of the comparison: it must be made again. */
    private readonly onforgotten: () => void = () => undefined,
  ) {
    // What is gone is seldom read, and hides what is there.
    this.open = file.kind !== "removed" || this.changedLines <= 40;
  }

  get changedLines(): number {
    return (this.file.added_lines ?? 0) + (this.file.removed_lines ?? 0);
  }

  get isText(): boolean {
    return this.look?.kind === "text" && !this.look.same_lines;
  }

  /** A file with one side only has nothing to stand beside. */
  layout(wanted: Layout): Layout {
    if (this.file.kind === "added" || this.file.kind === "removed") return "unified";
    return wanted === "split" && this.total <= MOST_SPLIT ? "split" : "unified";
  }

  /** Shown unified though side by side was asked for, because it is long. */
  get tooLongToSplit(): boolean {
    return this.total > MOST_SPLIT && this.file.kind !== "added" && this.file.kind !== "removed";
  }

  get total(): number {
    void this.turn;
    return this.store.total;
  }

  get complete(): boolean {
    void this.turn;
    return this.store.complete;
  }

  /** Whether equal lines are left out among the rows fetched so far. */
  get hasGaps(): boolean {
    void this.turn;
    return this.store.gaps().length > 0;
  }

  row(index: number): DiffRow | undefined {
    void this.turn;
    return this.store.row(index);
  }

  /** The rows side by side, once all of them are there. */
  readonly split: SplitRow[] = $derived.by(() => {
    void this.turn;
    if (!this.isText || !this.store.complete) return [];
    return splitRows(Array.from({ length: this.store.total }, (_, at) => this.store.row(at) as DiffRow));
  });

  /** What stands below each row of the unified layout, by side; -1 is above all of them. */
  readonly talk: ReadonlyMap<number, readonly Block[]> = $derived.by(() => {
    void this.turn;
    const found = new Map<number, Block[]>();
    for (const block of this.threads?.blocks ?? []) {
      const row = block.line === 0 ? -1 : this.store.rowOf(block.side, block.line);
      if (row < 0 && block.line > 0) continue;
      found.set(row, [...(found.get(row) ?? []), block]);
    }
    return found;
  });

  /** What stands below a row of a layout; of one side where there are two columns. */
  talkAt(layout: Layout, at: number, side: DiffSide | "both"): readonly Block[] {
    const { talk } = this;
    if (talk.size === 0) return [];
    if (layout === "unified" || at < 0)
      return (talk.get(at) ?? []).filter((block) => side === "both" || block.side === side);
    const row = this.split[at];
    if (!row) return [];
    const of = (index: number | null, of: DiffSide) =>
      index === null || side !== of ? [] : (talk.get(index) ?? []).filter((block) => block.side === of);
    return [...of(row.left, "old"), ...of(row.right, "new")];
  }

  /** How much room what is said takes below each row of a layout. */
  private below(layout: Layout): Below[] {
    const { talk, threads } = this;
    if (talk.size === 0 || !threads) return [];
    const sum = (blocks: readonly Block[]) => blocks.reduce((all, block) => all + threads.height(block), 0);
    const found: Below[] = [];
    const add = (at: number) => {
      const height =
        layout === "unified"
          ? sum(this.talkAt(layout, at, "both"))
          : Math.max(sum(this.talkAt(layout, at, "old")), sum(this.talkAt(layout, at, "new")));
      if (height > 0) found.push({ row: at, height });
    };
    if (talk.has(-1)) add(-1);
    if (layout === "unified") for (const row of [...talk.keys()].sort((a, b) => a - b)) row >= 0 && add(row);
    else
      this.split.forEach(({ left, right }, at) => {
        if ((left !== null && talk.has(left)) || (right !== null && talk.has(right))) add(at);
      });
    return found;
  }

  /** Where a line's row stands in the unified layout; -1 when it was not fetched. */
  rowOfLine(side: DiffSide, line: number): number {
    void this.turn;
    return this.store.rowOf(side, line);
  }

  /** Where rows stand in a layout; `rowHeight` in pixels. */
  rowMap(layout: Layout, rowHeight: number): RowMap {
    void this.turn;
    const gaps = this.store.gaps();
    if (layout === "unified")
      return new RowMap(this.store.total, rowHeight, gaps, GAP_HEIGHT, this.below(layout));
    if (!this.store.complete) return new RowMap(this.guessedSplit(), rowHeight, [], GAP_HEIGHT);
    const places = new Set(gaps);
    const found: number[] = [];
    this.split.forEach(({ left }, at) => left !== null && places.has(left) && found.push(at));
    return new RowMap(this.split.length, rowHeight, found, GAP_HEIGHT, this.below(layout));
  }

  /** Height of the card, its header included. */
  height(wanted: Layout, rowHeight: number): number {
    if (!this.open) return HEADER;
    const note = this.noteHeight || NOTE_HEIGHT;
    if (this.failure) return HEADER + note;
    if (!this.look) return HEADER + this.guess(wanted, rowHeight);
    if (this.look.kind === "image") return HEADER + (this.noteHeight || IMAGE_HEIGHT);
    if (!this.isText) return HEADER + note;
    return HEADER + this.rowMap(this.layout(wanted), rowHeight).total;
  }

  /** Finds out what there is to show. */
  async examine(): Promise<void> {
    if (this.look || this.looking || this.failure) return;
    this.looking = true;
    try {
      const look = await backend().diffFile(this.diff, this.file.index);
      if (look.kind === "text") this.store = new RowStore(look.rows);
      this.look = look;
    } catch (thrown) {
      this.fail(thrown);
    } finally {
      this.looking = false;
      this.turn += 1;
    }
  }

  retry(): void {
    this.failure = null;
    void this.examine();
  }

  /** Fetches the rows of `first`..`last` (unified, end-exclusive) that are not there yet. */
  async need(first: number, last: number): Promise<void> {
    if (!this.isText) return;
    const { generation } = this.store;
    const pages = this.store.ask(Math.max(0, first), last);
    await Promise.all(pages.map((page) => this.fetch(page.first, page.count, generation)));
  }

  /** Fetches all rows, as laying them side by side takes. */
  needAll(): Promise<void> {
    return this.need(0, this.store.total);
  }

  expandGap(index: number): void {
    if (!this.store.open(index)) return;
    this.turn += 1;
    void this.need(index - 1, this.store.total > MOST_SPLIT ? index + 200 : this.store.total);
  }

  expandAll(): void {
    this.store.openAll();
    this.turn += 1;
    void this.need(0, 1);
  }

  /** The first row of the next change (or the one before) from a row on, fetching as far as it takes; -1 when there is none. */
  async seekChange(from: number, step: 1 | -1): Promise<number> {
    const changed = (at: number) => ["added", "removed"].includes(this.store.row(at)?.kind ?? "");
    for (let at = from; at >= 0 && at < this.store.total; at += step) {
      if (!this.store.row(at)) await this.need(step > 0 ? at : at - 100, at + 100);
      if (!this.store.row(at)) return -1;
      if (at > 0 && !this.store.row(at - 1)) await this.need(at - 1, at);
      if (changed(at) && !changed(at - 1)) return at;
    }
    return -1;
  }

  private async fetch(first: number, count: number, generation: number): Promise<void> {
    const { store } = this;
    try {
      const page = await backend().diffRows(this.diff, this.file.index, first, count, store.expanded);
      if (store !== this.store || store.generation !== generation) return;
      store.put(page);
    } catch (thrown) {
      store.forget(first);
      this.fail(thrown);
    }
    this.turn += 1;
  }

  private fail(thrown: unknown): void {
    const failure = toFailure(thrown);
    if (failure.code === "UNKNOWN_DIFF") this.onforgotten();
    else this.failure = failure;
  }

  private guessedSplit(): number {
    const both = Math.min(this.file.added_lines ?? 0, this.file.removed_lines ?? 0);
    return Math.max(1, this.store.total - both);
  }

  private guess(wanted: Layout, rowHeight: number): number {
    if (this.file.binary || this.file.kind === "mode") return NOTE_HEIGHT;
    if (this.file.added_lines === null) return NOTE_HEIGHT;
    const beside = wanted === "split" && this.file.kind === "changed";
    const lines = beside ? Math.max(this.file.added_lines, this.file.removed_lines ?? 0) : this.changedLines;
    return lines === 0 ? NOTE_HEIGHT : (lines + AROUND) * rowHeight;
  }
}
