// The state of "find in file": what is looked for in the document in front, and what was found.
import { backend, toFailure, type Failure, type FindOptions } from "$lib/ipc";
import { defaultFind, describeCount, found, nothingFound, stepMatch, type FindState } from "./findModel";

interface From {
  line: number;
  column: number;
}

/** Shorter searches don't say that they search, which would only flicker. */
const NOTICEABLE_MS = 80;
/** Searches of large files that may be under way together; of further ones only the newest is started. */
const MOST_AT_ONCE = 2;

export class Find {
  open = $state(false);
  /** Raised each time the panel is asked for, so that its field takes the focus again. */
  asked = $state(0);
  options: FindOptions = $state.raw(defaultFind);
  state: FindState = $state.raw(nothingFound);
  failure: Failure | null = $state.raw(null);

  /** A search is taking noticeably long; what the one before found is no longer shown. */
  searching = $state(false);

  private document: string | null = null;
  private ticket = 0;
  private pending = false;
  private goThere = false;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private running = 0;
  private next: (() => void) | null = null;

  /** `onMatch` is told the match to show whenever the current one changes. */
  constructor(
    private readonly onMatch: (line: number, start: number, end: number) => void,
    private readonly onFailure: (failure: Failure) => void,
  ) {}

  get count(): string {
    if (this.searching) return "Searching…";
    return this.failure ? "" : describeCount(this.state, this.options.query);
  }

  /** The document to look in from now on. */
  setDocument(document: string | null, from: From): void {
    if (this.document === document) return;
    this.document = document;
    this.drop();
    this.state = nothingFound;
    if (this.open) void this.run(from, false);
  }

  show(query: string, from: From): void {
    this.open = true;
    this.asked += 1;
    if (query && query !== this.options.query) this.options = { ...this.options, query, regex: false };
    void this.run(from, false);
  }

  close(): void {
    this.open = false;
    this.drop();
    this.state = nothingFound;
    this.failure = null;
  }

  change(change: Partial<FindOptions>, from: From): void {
    this.options = { ...this.options, ...change };
    void this.run(from, true);
  }

  step(by: number): void {
    if (this.pending) {
      this.goThere = true;
      return;
    }
    this.state = stepMatch(this.state, by);
    this.tell();
  }

  /** The newest search wins: an older one still under way is not waited for, and its answer is dropped. */
  private async run(from: From, goThere: boolean): Promise<void> {
    const ticket = this.drop();
    const { document, options } = this;
    if (!document || options.query === "") {
      this.state = nothingFound;
      this.failure = null;
      return;
    }
    this.pending = true;
    this.goThere = goThere;
    this.patience = setTimeout(() => {
      this.searching = true;
      this.state = nothingFound;
      this.failure = null;
    }, NOTICEABLE_MS);
    if (this.running >= MOST_AT_ONCE) {
      this.next?.();
      await new Promise<void>((start) => (this.next = start));
    }
    if (ticket !== this.ticket) return;
    try {
      const answer = await this.ask(document, options);
      if (ticket !== this.ticket) return;
      this.state = found(answer.matches, answer.truncated, from);
      this.failure = null;
    } catch (thrown) {
      if (ticket !== this.ticket) return;
      this.state = nothingFound;
      this.failure = toFailure(thrown);
      this.onFailure(this.failure);
    }
    this.drop();
    if (this.goThere) this.tell();
  }

  private async ask(document: string, options: FindOptions) {
    this.running += 1;
    try {
      return await backend().findInDocument(document, options);
    } finally {
      this.running -= 1;
      this.next?.();
      this.next = null;
    }
  }

  /** Nothing is waited for any more. Returns the ticket of what may come next. */
  private drop(): number {
    clearTimeout(this.patience);
    this.pending = false;
    this.searching = false;
    return ++this.ticket;
  }

  private tell(): void {
    const match = this.state.matches[this.state.current];
    if (match) this.onMatch(match.line, match.start, match.end);
  }
}
