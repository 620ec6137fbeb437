// The threads of one file of a comparison, on both of its sides, and what is being written about it.
import { SvelteMap } from "svelte/reactivity";
import type { ReaderPane } from "$features/reader/pane.svelte";
import { draftsOf, newThreadKey, type Draft } from "$features/threads/drafts.svelte";
import { AskedThreads, hostOf } from "$features/threads/screen/host.svelte";
import { totalsOf } from "$features/threads/screen/totals.svelte";
import { states, type Tone } from "$features/threads/words";
import { backend, type DiffFile, type Side, type ThreadHere } from "$lib/ipc";

export type DiffSide = "old" | "new";

/** One side of the file. */
export interface FileSide {
  name: DiffSide;
  side: Side;
  path: string;
  threads: AskedThreads;
  pane: ReaderPane;
}

/** Something that stands below a line. */
export interface Block {
  side: DiffSide;
  /** The thread's id, or the draft's key. */
  key: string;
  /** 1-based, on its side; 0 for the whole file. */
  line: number;
  thread: ThreadHere | null;
}

/** Until it was laid out. */
const GUESS = 132;
const FOLDED = 40;

const isLost = ({ state }: ThreadHere) => state === "OUTDATED" || state === "NEEDS_REVIEW";
const same = (one: Side, other: Side) => JSON.stringify(one) === JSON.stringify(other);

export class DiffThreads {
  readonly sides: readonly FileSide[];
  private readonly heights = new SvelteMap<string, number>();
  private asked = false;

  constructor(
    private readonly projectId: string,
    file: DiffFile,
    sides: { old: Side; new: Side },
    /** Takes the focus when somebody leaves a thread. */
    leave: () => void,
  ) {
    const make = (name: DiffSide, path: string): FileSide => {
      const side = sides[name];
      const threads = new AskedThreads(() => backend().threadsOfSide(projectId, path, side));
      return { name, side, path, threads, pane: hostOf(projectId, threads, leave) };
    };
    this.sides = [
      ...(file.kind === "added" ? [] : [make("old", file.old_path ?? file.path)]),
      ...(file.kind === "removed" ? [] : [make("new", file.path)]),
    ];
  }

  side(name: DiffSide): FileSide | undefined {
    return this.sides.find((one) => one.name === name);
  }

  /** Asks for the threads once; a project without any is not asked. */
  need(): void {
    if (this.asked || totalsOf(this.projectId)?.all === 0) return;
    this.asked = true;
    for (const { threads } of this.sides) void threads.refresh();
  }

  /** Resolves when the threads of both sides are there. */
  async known(): Promise<void> {
    if (this.sides.every(({ threads }) => threads.ready) || totalsOf(this.projectId)?.all === 0) return;
    this.asked = true;
    await Promise.all(this.sides.map(({ threads }) => threads.refresh()));
  }

  /** Threads changed: those that were fetched are fetched again. */
  refresh(): void {
    if (!this.asked) return;
    for (const { threads } of this.sides) void threads.refresh();
  }

  /** By side and line. A thread that is on both sides stands on the new one, unless only the old one still has its code. */
  readonly blocks: readonly Block[] = $derived.by(() => {
    const on = (name: DiffSide) => this.side(name)?.threads.list ?? [];
    const shownNew = on("new").filter((here) => {
      const other = on("old").find(({ thread }) => thread.id === here.thread.id);
      return !other || !isLost(here) || isLost(other);
    });
    const ids = new Set(shownNew.map(({ thread }) => thread.id));
    const block =
      (side: DiffSide) =>
      (here: ThreadHere): Block => ({
        side,
        key: here.thread.id,
        line: here.line_end,
        thread: here,
      });
    return [
      ...on("old")
        .filter(({ thread }) => !ids.has(thread.id))
        .map(block("old")),
      ...shownNew.map(block("new")),
      ...this.drafts().map(({ side, draft }) => ({
        side,
        key: draft.key,
        line: draft.place?.place.line_end ?? 0,
        thread: null,
      })),
    ].sort((one, other) => one.line - other.line);
  });

  /** The colour of the threads about a line, if there are any. */
  readonly tones: ReadonlyMap<string, Tone> = $derived.by(() => {
    const found = new Map<string, Tone>();
    for (const { side, thread: here } of this.blocks) {
      if (!here || here.thread.resolved || isLost(here) || here.line_start === 0) continue;
      const last = Math.min(here.line_end, here.line_start + 2_000);
      for (let line = here.line_start; line <= last; line += 1)
        found.set(`${side}${line}`, states[here.state].tone);
    }
    return found;
  });

  /** Pixels that a block takes. */
  height({ side, key, thread }: Block): number {
    const known = this.heights.get(`${side}:${key}`);
    const folded = thread && this.side(side)?.pane.home.threadView.folded(thread.thread);
    return known ?? (folded ? FOLDED : GUESS);
  }

  measured({ side, key }: Block, height: number): void {
    if (height > 0 && this.heights.get(`${side}:${key}`) !== height)
      this.heights.set(`${side}:${key}`, height);
  }

  /** Opens a field for a new thread about lines of a side. */
  begin(name: DiffSide, first: number, last: number): void {
    const at = this.side(name);
    if (!at) return;
    // What was written is to be seen, even if there was no thread before.
    this.asked = true;
    const place = {
      place: { path: at.path, line_start: Math.min(first, last), line_end: Math.max(first, last) },
      side: at.side,
      document: null,
    };
    at.pane.home.drafts.begin(newThreadKey(place), place);
  }

  private drafts(): { side: DiffSide; draft: Draft }[] {
    const found: { side: DiffSide; draft: Draft }[] = [];
    for (const draft of draftsOf(this.projectId).all.values()) {
      const { place } = draft;
      if (!draft.key.startsWith("new:") || !place) continue;
      const at = this.sides.find(({ path, side }) => path === place.place.path && same(side, place.side));
      if (at) found.push({ side: at.name, draft });
    }
    return found;
  }
}
