// One list of commits as the shell reads it: where it stands, the pages near the window, and the graph beside them.
import { SvelteMap } from "svelte/reactivity";
import { backend, toFailure, type CommitCard, type Failure, type HistoryQuery } from "$lib/ipc";
import { nextLanes, noLanes, type LaneRow, type LaneState } from "./lanes";
import type { HistoryState } from "$lib/ipc/bindings";

/** Commits a page. */
export const PAGE = 100;
/** Pages that are kept; those farthest from the window go first. */
const MOST_PAGES = 24;
/** Rows that are read on the way to a far one so that its lanes are known; beyond, rows have no lines. */
const GRAPH_REACH = 20_000;
/** So far ahead of what was asked for, nobody waits for more: the shell rests there. */
const AHEAD = 300;
/** A place beyond every list, to have the shell read on to the end. */
const BEYOND = 4_000_000_000;
/** Rows kept when a search is stopped. */
const MOST_STOPPED = 2_000;

export class CommitList {
  state: HistoryState | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** The user has it go no further. */
  halted = $state(false);
  /** The shell let go of this list: it must be made again. */
  forgotten = $state(false);
  /** The end of what was asked for so far. */
  private asked = $state(0);
  private readonly pages = new SvelteMap<number, CommitCard[]>();
  private readonly asking = new Set<number>();
  /** The lanes above each page, as far as they are known without a gap. */
  private readonly above: LaneState[] = [noLanes];
  private readonly rows = new SvelteMap<number, LaneRow[]>();
  private readonly places = new Map<string, number>();
  /** What came of lists before this one knew its name. */
  private readonly early = new Map<string, HistoryState>();
  private view: [number, number] = [0, 30];
  private stopped = false;
  /** How many rows a halted list has. */
  private kept = 0;

  constructor(
    readonly projectId: string,
    readonly query: HistoryQuery,
  ) {}

  /** Lanes mean something only where no commit is left out. */
  get hasGraph(): boolean {
    return !this.query.path && !this.query.text;
  }

  get count(): number {
    return this.halted ? this.kept : (this.state?.found ?? 0);
  }

  get done(): boolean {
    return this.halted || this.state?.done === true || this.failure !== null || Boolean(this.state?.failure);
  }

  /** There is more than was found so far, and it is looked for only as far as one reads. */
  get resting(): boolean {
    return !this.done && this.count >= this.asked + AHEAD;
  }

  /** Why there are no commits, or no more. */
  get problem(): Failure | null {
    return this.failure ?? this.state?.failure ?? null;
  }

  row(index: number): CommitCard | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  lanes(index: number): LaneRow | undefined {
    return this.rows.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Where a commit is, among those that were read; -1 otherwise. */
  placeOf(id: string): number {
    void this.pages.size;
    return this.places.get(id) ?? -1;
  }

  /** Begins to read; `onready` is told when there is something to show, be it a failure. */
  async start(onready?: () => void): Promise<void> {
    try {
      const state = await backend().openHistory(this.projectId, this.query);
      if (this.stopped) return void this.letGo(state.history);
      const early = this.early.get(state.history);
      this.early.clear();
      this.state = early && (early.done || early.walked > state.walked) ? early : state;
      if (this.state.found > 0) await this.fetch(0);
    } catch (thrown) {
      if (!this.stopped) this.failure = toFailure(thrown);
    }
    if (!this.stopped) onready?.();
  }

  /** The shell says how far it is. What it says of other lists, and what comes too late, is passed over. */
  heard(state: HistoryState): void {
    const known = this.state;
    if (this.stopped || this.halted || state.project_id !== this.projectId) return;
    if (!known) return void this.early.set(state.history, state);
    if (known.history !== state.history || state.walked < known.walked) return;
    // That it ended may be known from a page, which does not say why.
    if (known.done && (known.failure || !state.failure)) return;
    this.state = state;
    // Pages at the end were cut short when they were fetched.
    this.need(...this.view);
  }

  /** Fetches what is missing of the rows from `first` up to `last`, end-exclusive, and the lanes beside them. */
  need(first: number, last: number): void {
    this.view = [first, last];
    const end = Math.min(last, this.count);
    for (let page = Math.floor(first / PAGE); page * PAGE < end; page += 1) void this.fetch(page);
    if (end > first) void this.reachLanes(Math.floor((end - 1) / PAGE));
  }

  /** Asks how far the list is: nobody may have listened for a while. */
  async catchUp(): Promise<void> {
    const { state } = this;
    if (!state || this.done) return;
    try {
      const got = await backend().historyRows(state.history, 0, 1);
      if (this.stopped || this.halted || this.state?.history !== state.history) return;
      this.learn(got);
      this.need(...this.view);
    } catch (thrown) {
      if (toFailure(thrown).code === "UNKNOWN_HISTORY") this.forgotten = true;
    }
  }

  private learn({ found, done }: { found: number; done: boolean }): void {
    const { state } = this;
    if (!state || (found <= state.found && (state.done || !done))) return;
    this.state = { ...state, found: Math.max(found, state.found), done: done || state.done };
  }

  /** Has the shell read on to the end, however far that is. */
  goOn(): void {
    if (!this.state || this.done || this.asked >= BEYOND) return;
    this.asked = BEYOND;
    backend()
      .historyRows(this.state.history, BEYOND, 1)
      .catch(() => undefined);
  }

  /** Has the shell stop looking, keeping what was found. */
  async halt(): Promise<void> {
    const { state } = this;
    if (!state || this.done) return;
    const most = Math.min(state.found, MOST_STOPPED);
    for (let page = 0; page * PAGE < most; page += 1) await this.fetch(page);
    let kept = 0;
    while (this.row(kept)) kept += 1;
    this.kept = kept;
    this.halted = true;
    this.letGo(state.history);
  }

  /** Answers that are still under way are of no use any more. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    if (this.state && !this.halted) this.letGo(this.state.history);
  }

  private letGo(history: string): void {
    backend()
      .closeHistory(history)
      .catch(() => undefined);
  }

  private isWhole(page: number): boolean {
    const have = this.pages.get(page)?.length ?? 0;
    return have >= Math.min(PAGE, this.count - page * PAGE);
  }

  private async fetch(page: number): Promise<void> {
    const { state } = this;
    if (!state || this.stopped || this.halted || this.asking.has(page) || this.isWhole(page)) return;
    this.asking.add(page);
    this.asked = Math.max(this.asked, (page + 1) * PAGE);
    const had = this.pages.get(page)?.length ?? 0;
    try {
      const got = await backend().historyRows(state.history, page * PAGE, PAGE);
      if (this.stopped || this.state?.history !== state.history) return;
      this.put(page, got.commits);
      this.learn(got);
    } catch (thrown) {
      if (this.stopped) return;
      const failure = toFailure(thrown);
      if (failure.code === "UNKNOWN_HISTORY") this.forgotten = true;
      else this.failure = failure;
    } finally {
      this.asking.delete(page);
    }
    if (this.failure || this.forgotten) return;
    const [first, last] = this.view;
    const inView = page * PAGE < last && (page + 1) * PAGE > first;
    const grew = (this.pages.get(page)?.length ?? 0) > had;
    // More may have been found while this page was on its way.
    if (inView && grew && !this.isWhole(page)) void this.fetch(page);
    if (inView) void this.reachLanes(this.lastWanted());
  }

  private put(page: number, commits: CommitCard[]): void {
    if (commits.length === 0) return;
    this.pages.set(page, commits);
    commits.forEach(({ id }, at) => this.places.set(id, page * PAGE + at));
    this.layLanes(page);
    this.makeRoom(page);
  }

  /** Lays the lanes of a page whose upper edge is known. */
  private layLanes(page: number): void {
    const commits = this.pages.get(page);
    let state = this.above[page];
    if (!this.hasGraph || !commits || !state) return;
    const rows: LaneRow[] = [];
    for (const commit of commits) {
      const next = nextLanes(state, commit);
      rows.push(next.row);
      ({ state } = next);
    }
    this.rows.set(page, rows);
    if (commits.length < PAGE) return;
    this.above[page + 1] = state;
    if (this.pages.has(page + 1) && !this.rows.has(page + 1)) this.layLanes(page + 1);
  }

  private reaching = false;

  /** Reads the pages above one in turn, until the lanes at its upper edge are known. */
  private async reachLanes(page: number): Promise<void> {
    if (!this.hasGraph || this.reaching || page * PAGE > GRAPH_REACH) return;
    this.reaching = true;
    try {
      while (!this.stopped && this.above.length <= Math.min(page, this.lastWanted())) {
        const next = this.above.length - 1;
        if (this.pages.has(next)) this.layLanes(next);
        else await this.fetch(next);
        if (this.above.length - 1 === next) break;
      }
    } finally {
      this.reaching = false;
    }
  }

  /** The view may have moved on while pages above it were being read. */
  private lastWanted(): number {
    return Math.floor(Math.max(0, Math.min(this.view[1], this.count) - 1) / PAGE);
  }

  private makeRoom(around: number): void {
    if (this.pages.size <= MOST_PAGES) return;
    const middle = (this.view[0] + this.view[1]) / 2 / PAGE;
    const far = [...this.pages.keys()]
      .filter((page) => page !== around)
      .sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, this.pages.size - MOST_PAGES)) {
      this.pages.delete(page);
      this.rows.delete(page);
    }
  }
}
