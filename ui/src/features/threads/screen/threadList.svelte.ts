// The threads of one project as the screen lists them: fetched in pages until all are there, and fetched again when they changed.
import { SvelteSet } from "svelte/reactivity";
import { signedInUser } from "$features/accounts/session.svelte";
import { backend, toFailure, type Failure, type ThreadPage, type ThreadRow } from "$lib/ipc";
import { plainChoice, storeChoice, storedChoice, toFilter, type Choice } from "./filter";

const PAGE = 500;
/** Typing on is one search. */
const TYPING_MS = 150;

export class ThreadList {
  choice: Choice = $state.raw(plainChoice);
  /** In the order that was chosen. Those before stay until the first page of others is there. */
  rows: readonly ThreadRow[] = $state.raw([]);
  /** What the last answer said of the project as a whole. */
  known: Pick<ThreadPage, "all" | "open" | "needs_review" | "unread" | "authors"> | null = $state.raw(null);
  /** How many the filter lets through. */
  total = $state(0);
  failure: Failure | null = $state.raw(null);
  /** The thread beside the list. */
  current: string | null = $state(null);
  /** Threads that something is to be done with together. */
  readonly marked = new SvelteSet<string>();
  /** The file that is read, for lists of one file. */
  path: string | null = $state(null);
  /** Raised to ask for the field in which the user's own comment is written anew. */
  asksToEdit = $state(0);

  /** Where the current thread stood when it was last in the list. */
  private stood = 0;
  private question = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly projectId: string) {
    this.choice = storedChoice(projectId);
  }

  /** The project was asked about at least once. */
  get loaded(): boolean {
    return this.known !== null;
  }

  /** Where the current thread stands in the list; -1 where it does not. */
  get at(): number {
    return this.current === null ? -1 : this.rows.findIndex(({ id }) => id === this.current);
  }

  row(id: string): ThreadRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** What an action is about: those that are marked, else the current one. */
  meant(): string[] {
    if (this.marked.size > 0) return this.rows.filter(({ id }) => this.marked.has(id)).map(({ id }) => id);
    return this.current === null ? [] : [this.current];
  }

  /** Puts another one beside the list: the next below or above; where the current one left the list, the one that came in its place. */
  step(by: 1 | -1): void {
    const { at } = this;
    const next = at >= 0 ? at + by : by > 0 ? this.stood : this.stood - 1;
    this.show(Math.min(Math.max(0, next), this.rows.length - 1));
  }

  /** Puts the one at a place beside the list. */
  show(at: number): void {
    const row = this.rows[at];
    if (!row) return;
    this.current = row.id;
    this.stood = at;
  }

  choose(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.marked.clear();
    storeChoice(this.projectId, this.choice);
    clearTimeout(this.timer);
    if (change.text === undefined) void this.load();
    else this.timer = setTimeout(() => void this.load(), TYPING_MS);
  }

  /** Another file is read. */
  follow(path: string | null): void {
    if (path === this.path) return;
    this.path = path;
    if (this.choice.ofFile) void this.load();
  }

  /** Fetches the list anew. An answer to an older question is of no use. */
  async load(): Promise<void> {
    const question = ++this.question;
    const filter = toFilter(this.choice, this.path ?? "");
    const rows: ThreadRow[] = [];
    try {
      for (;;) {
        const page = await backend().threads(this.projectId, filter, rows.length, PAGE);
        if (question !== this.question || !signedInUser()) return;
        rows.push(...page.threads);
        const whole = page.threads.length === 0 || rows.length >= page.total;
        // A long list that is there already is put in place of the old one at once; else its first page is shown meanwhile.
        if (whole || this.rows.length <= rows.length) this.put(rows, page);
        if (whole) return;
      }
    } catch (thrown) {
      if (question === this.question) this.failure = toFailure(thrown);
    }
  }

  private put(rows: ThreadRow[], page: ThreadPage): void {
    const { all, open, needs_review, unread, authors, total } = page;
    this.known = { all, open, needs_review, unread, authors };
    this.total = total;
    this.failure = null;
    if (this.at >= 0) this.stood = this.at;
    this.rows = [...rows];
    for (const id of this.marked) if (!rows.some((row) => row.id === id)) this.marked.delete(id);
    // One that no longer passes the filter stays beside the list.
    if (this.current === null) this.current = rows[0]?.id ?? null;
  }
}

const lists = new Map<string, ThreadList>();

/** The list of a project; the same one for as long as somebody is signed in. */
export function threadsOf(projectId: string): ThreadList {
  let list = lists.get(projectId);
  if (!list) lists.set(projectId, (list = new ThreadList(projectId)));
  return list;
}

/** Forgets everything of the user who signed out. */
export function resetThreadLists(): void {
  lists.clear();
}
