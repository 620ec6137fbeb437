// A comparison of two sides: what differs, which files are looked at, and one card for each.
import { SvelteMap } from "svelte/reactivity";
import { backend, toFailure, type DiffFile, type DiffSummary, type Failure, type Side } from "$lib/ipc";
import { shownPath } from "$features/files/paths";
import { DiffCard } from "./diffCard.svelte";
import { DiffThreads } from "./diffThreads.svelte";

const FILES_PAGE = 1_000;

export class Comparison {
  summary: DiffSummary | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** The shell let go of this comparison: it must be made again. */
  forgotten = $state(false);
  /** The file list is complete. */
  listed = $state(false);
  files: DiffFile[] = $state.raw([]);
  /** Words that paths must hold; every one of them. */
  filter = $state("");
  /** Only this file, when set. */
  only: string | null = $state(null);
  private readonly cards = new SvelteMap<number, DiffCard>();
  private stopped = false;
  /** Takes the focus when somebody leaves a thread; set by the view. */
  takeFocus: () => void = () => undefined;

  constructor(
    readonly projectId: string,
    readonly old: Side,
    readonly new_: Side,
  ) {}

  /** Indexes of the files to show, in the order of paths. */
  readonly shown: number[] = $derived.by(() => {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const { only } = this;
    return this.files
      .filter((file) => {
        if (only !== null && file.path !== only && file.old_path !== only) return false;
        const text = shownPath(file.path).toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .map((file) => file.index);
  });

  get filtered(): boolean {
    return this.filter.trim() !== "" || this.only !== null;
  }

  /**
   * Compares, then lists the files. `before` is an earlier comparison of the same sides, whose closed cards stay closed. `onready` is told when
   * there is something to show, be it a failure.
   */
  async start(before: Comparison | null = null, onready?: () => void): Promise<void> {
    if (before) {
      this.filter = before.filter;
      this.only = before.only;
    }
    try {
      const summary = await backend().compare(this.projectId, this.old, this.new_);
      const closed = before?.byOpenness(false);
      const files = await this.page(summary.diff, 0);
      if (this.stopped) return;
      this.keep(files, summary.diff, closed);
      this.summary = summary;
      onready?.();
      while (this.files.length < summary.files && !this.stopped) {
        const more = await this.page(summary.diff, this.files.length);
        if (more.length === 0) break;
        this.keep(more, summary.diff, closed);
      }
      this.listed = true;
    } catch (thrown) {
      if (this.stopped) return;
      this.failure = toFailure(thrown);
      if (!this.summary) onready?.();
    }
  }

  /** Answers that are still under way are of no use any more. */
  stop(): void {
    this.stopped = true;
  }

  card(index: number): DiffCard | undefined {
    return this.cards.get(index);
  }

  /** Threads of the project changed. */
  refreshThreads(): void {
    for (const card of this.cards.values()) card.threads?.refresh();
  }

  setAll(open: boolean): void {
    for (const card of this.cards.values()) card.open = open;
  }

  get anyOpen(): boolean {
    for (const index of this.shown) if (this.cards.get(index)?.open) return true;
    return false;
  }

  private byOpenness(open: boolean): Set<string> {
    return new Set(
      [...this.cards.values()].filter((card) => card.open === open).map(({ file }) => file.path),
    );
  }

  private async page(diff: string, first: number): Promise<DiffFile[]> {
    return (await backend().diffFiles(diff, first, FILES_PAGE)).files;
  }

  private keep(files: DiffFile[], diff: string, closed: Set<string> | undefined): void {
    for (const file of files) {
      const card = new DiffCard(diff, file, () => (this.forgotten = true));
      const sides = { old: this.old, new: this.new_ };
      card.threads = new DiffThreads(this.projectId, file, sides, () => this.takeFocus());
      if (closed) card.open = !closed.has(file.path);
      this.cards.set(file.index, card);
    }
    this.files = [...this.files, ...files];
  }
}
