// One project's search: what is asked, what the shell answers, and which hit is chosen. Old hits stay until there are new ones.
import { backend, toFailure, type Failure, type SearchPlace, type SearchState } from "$lib/ipc";
import { asksSame, emptyFields, optionsOf, type SearchFields } from "./fields";
import { QueryHistory } from "./queryHistory";
import { PAGE, SearchRows } from "./rows";

/** How long typing may pause before it is searched for. */
export const DEBOUNCE_MS = 120;

export class Search {
  fields: SearchFields = $state.raw({ ...emptyFields });
  /** The search on screen. */
  state: SearchState | null = $state.raw(null);
  /** What was asked of the search on screen. */
  asked: SearchFields | null = $state.raw(null);
  /** Why nothing could be searched: a bad pattern or glob, or no such version. */
  problem: Failure | null = $state.raw(null);
  /** An answer is on its way that will take the place of what is on screen. */
  waiting = $state(false);
  /** The row that is chosen; -1 for none. */
  chosen = $state(-1);
  /** Where the chosen hit is. */
  place: SearchPlace | null = $state.raw(null);
  /** The folder changed since the search began. */
  outdated = $state(false);
  /** Raised when rows came or moved. */
  drawn = $state(0);
  /** Raised when the field should take the focus, its text selected. */
  fieldCalls = $state(0);
  rows = new SearchRows();
  readonly history = new QueryHistory();

  private ticket = 0;
  private placeTicket = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** A search that has begun and shows nothing yet. */
  private coming: { state: SearchState; asked: SearchFields; ticket: number } | null = null;
  /** What was heard of searches whose names are not known yet. */
  private readonly early = new Map<string, SearchState>();
  private starting = 0;
  private fetching = false;
  private first = 0;
  private last = PAGE;
  private chosenByHand = false;
  /** What ends the listening: a search may begin, and end, before its screen is there. */
  private listening: Promise<() => void> | null = null;

  constructor(readonly projectId: string) {}

  /** Where the newest search stands, on screen or not yet. */
  get newest(): SearchState | null {
    void this.waiting;
    return this.coming?.state ?? this.state;
  }

  get running(): boolean {
    return this.waiting || this.state?.status === "running";
  }

  /** Changes what is asked; searches once typing pauses. A name looked up stops being one when it is edited. */
  change(fields: Partial<SearchFields>, soon = false): void {
    const names_only = fields.names_only ?? (fields.query === undefined && this.fields.names_only);
    // What a name means is asked at its place, and only what files are listed may be said besides.
    const kept = names_only && Object.keys(fields).every((key) => key === "files");
    const at = fields.at ?? (kept ? this.fields.at : null);
    this.fields = { ...this.fields, ...fields, names_only, at };
    clearTimeout(this.timer);
    if (soon) void this.start();
    else this.timer = setTimeout(() => void this.start(), DEBOUNCE_MS);
  }

  /** Searches for what is typed now, if that is not on screen already. */
  async start(again = false): Promise<void> {
    clearTimeout(this.timer);
    const asked = this.fields;
    const latest = this.coming?.asked ?? this.asked;
    if (!again && latest && asksSame(asked, latest) && !this.problem && this.starting === 0) return;
    const ticket = ++this.ticket;
    this.endComing();
    if (this.state?.status === "running") this.tellEnd(this.state.search);
    if (asked.query === "") return this.clear();
    this.waiting = true;
    this.starting += 1;
    this.listen();
    let begun: SearchState | null = null;
    try {
      const { at } = asked;
      begun = at
        ? await backend().startReferences(at.document, at.line, at.column, optionsOf(asked))
        : await backend().startSearch(this.projectId, optionsOf(asked));
    } catch (thrown) {
      if (ticket === this.ticket) this.refused(toFailure(thrown));
    } finally {
      this.starting -= 1;
    }
    if (!begun) return;
    if (ticket !== this.ticket) return this.tellEnd(begun.search);
    this.problem = null;
    this.coming = { state: later(begun, this.early.get(begun.search)), asked, ticket };
    this.early.clear();
    await this.show();
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = backend().onSearchChanged((state) => this.heard(state));
    this.listening.catch(() => (this.listening = null));
  }

  /** The shell tells how a search goes on. */
  heard(state: SearchState): void {
    if (state.project_id !== this.projectId) return;
    if (this.coming?.state.search === state.search) {
      this.coming.state = later(this.coming.state, state);
      void this.show();
    } else if (this.state?.search === state.search) this.grow(later(this.state, state));
    else if (this.starting > 0) this.early.set(state.search, later(state, this.early.get(state.search)));
  }

  /** Ends the running search; what it found stays. */
  async cancel(): Promise<void> {
    clearTimeout(this.timer);
    const running = this.newest;
    if (running?.status === "running") this.tellEnd(running.search);
    else this.ticket += 1;
    if (!this.coming) this.waiting = false;
  }

  /** The rows on screen; fetches what is missing. */
  look(first: number, last: number): void {
    this.first = first;
    this.last = last;
    void this.fetch();
  }

  async fold(file: number | null, folded: boolean): Promise<void> {
    const search = this.state?.search;
    if (!search) return;
    try {
      const state = await backend().foldSearch(search, file, folded);
      if (this.state?.search === search) this.grow({ ...later(this.state, state), rows: state.rows });
    } catch (thrown) {
      this.lost(search, toFailure(thrown));
    }
  }

  /** Chooses a row; a hit's place is looked up for the preview. */
  choose(index: number, byHand = true): void {
    this.chosenByHand ||= byHand;
    this.chosen = index;
    const row = this.rows.row(index);
    if (row?.kind === "hit") void this.goToHit(row.hit, false);
  }

  /** The hit `step` further on, going round; null when there is none. */
  async step(step: 1 | -1): Promise<SearchPlace | null> {
    this.chosenByHand = true;
    const from = this.place?.hit ?? (step === 1 ? -1 : 0);
    return this.goToHit(from + step, true);
  }

  /** Lets go of everything found, as when the window is locked; what was typed stays. */
  rest(): void {
    clearTimeout(this.timer);
    this.ticket += 1;
    this.endComing();
    if (this.state) this.tellEnd(this.state.search);
    void this.listening?.then((stop) => stop());
    this.listening = null;
    this.early.clear();
    this.clear();
  }

  private async goToHit(hit: number, move: boolean): Promise<SearchPlace | null> {
    const search = this.state?.search;
    const count = this.state?.hits ?? 0;
    if (!search || count === 0) return null;
    const ticket = ++this.placeTicket;
    try {
      const place = await backend().searchPlace(search, ((hit % count) + count) % count);
      if (ticket !== this.placeTicket || this.state?.search !== search) return null;
      this.place = place;
      if (move) this.chosen = place.row;
      return place;
    } catch (thrown) {
      this.lost(search, toFailure(thrown));
      return null;
    }
  }

  /** Puts the search that is coming on screen as soon as it has something to show, its first rows with it. */
  private async show(): Promise<void> {
    const { coming } = this;
    if (!coming || (coming.state.rows === 0 && coming.state.status === "running")) return;
    const rows = new SearchRows(coming.state.rows);
    if (rows.total > 0) {
      const { generation } = rows;
      const page = await backend()
        .searchRows(coming.state.search, 0, PAGE)
        .catch(() => null);
      if (page) rows.put(page, generation);
    }
    if (this.coming !== coming || coming.ticket !== this.ticket) return;
    rows.moved(coming.state.rows);
    this.coming = null;
    this.waiting = false;
    this.rows = rows;
    this.state = coming.state;
    this.asked = coming.asked;
    this.place = null;
    this.outdated = false;
    this.chosenByHand = false;
    this.first = 0;
    this.last = PAGE;
    this.drawn += 1;
    this.choose(rows.firstHit(), false);
    void this.fetch();
  }

  private grow(state: SearchState): void {
    const moved = state.rows !== this.rows.total || state.hits !== this.state?.hits;
    const failed = state.status === "failed" && this.state?.status !== "failed";
    this.state = state;
    if (!moved && !failed) return;
    this.rows.moved(state.rows);
    this.drawn += 1;
    void this.fetch();
  }

  /** One page at a time, those on screen first; rows that moved meanwhile are asked for again. */
  private async fetch(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    try {
      for (;;) {
        const search = this.state?.search;
        const { rows } = this;
        const want = rows.want(this.first, this.last);
        if (!search || !want) return;
        const { generation } = rows;
        const page = await backend().searchRows(search, want.first, want.count);
        if (this.rows !== rows) continue;
        if (rows.put(page, generation, this.first)) this.arrived();
      }
    } catch (thrown) {
      const search = this.state?.search;
      if (search) this.lost(search, toFailure(thrown));
    } finally {
      this.fetching = false;
    }
  }

  /** Rows came: the chosen hit may stand elsewhere now. */
  private arrived(): void {
    this.drawn += 1;
    if (!this.chosenByHand) {
      const first = this.rows.firstHit();
      const row = this.rows.row(first);
      if (row?.kind === "hit" && (this.chosen !== first || !this.place)) this.choose(first, false);
      return;
    }
    if (!this.place || this.rows.row(this.chosen)?.kind !== "hit") return;
    const at = this.rows.indexOf(this.place.path, this.place.line);
    if (at < 0) return;
    this.chosen = at;
    const row = this.rows.row(at);
    if (row?.kind === "hit" && row.hit !== this.place.hit)
      this.place = { ...this.place, hit: row.hit, row: at };
  }

  /** The shell no longer has the search: it is made again. */
  private lost(search: string, failure: Failure): void {
    if (this.state?.search !== search) return;
    if (failure.code === "UNKNOWN_SEARCH") void this.start(true);
    else this.state = { ...this.state, status: "failed", failure };
  }

  private refused(failure: Failure): void {
    this.problem = failure;
    this.waiting = false;
  }

  private clear(): void {
    this.problem = null;
    this.waiting = false;
    this.state = null;
    this.asked = null;
    this.place = null;
    this.chosen = -1;
    this.outdated = false;
    this.rows = new SearchRows();
    this.drawn += 1;
  }

  private endComing(): void {
    if (this.coming) this.tellEnd(this.coming.state.search);
    this.coming = null;
  }

  private tellEnd(search: string): void {
    // One that can't be ended ends by itself.
    backend()
      .cancelSearch(search)
      .catch(() => undefined);
  }
}

/** Of two accounts of the same search the later one: an answer and an event may overtake each other. */
function later(a: SearchState, b: SearchState | undefined): SearchState {
  if (!b) return a;
  if ((a.status === "running") !== (b.status === "running")) return a.status === "running" ? b : a;
  return b.scanned > a.scanned || (b.scanned === a.scanned && b.hits >= a.hits) ? b : a;
}
