// The state of "find in file": what is looked for in the document in front, and what was found.
import { backend, toFailure, type Failure, type FindOptions } from "$lib/ipc";
import { defaultFind, describeCount, found, nothingFound, stepMatch, type FindState } from "./findModel";

interface From {
  line: number;
  column: number;
}

export class Find {
  open = $state(false);
  /** Raised each time the panel is asked for, so that its field takes the focus again. */
  asked = $state(0);
  options: FindOptions = $state.raw(defaultFind);
  state: FindState = $state.raw(nothingFound);
  failure: Failure | null = $state.raw(null);

  private document: string | null = null;
  private running = false;
  private again: { from: From; goThere: boolean } | null = null;

  /** `onMatch` is told the match to show whenever the current one changes. */
  constructor(
    private readonly onMatch: (line: number, start: number, end: number) => void,
    private readonly onFailure: (failure: Failure) => void,
  ) {}

  get count(): string {
    return this.failure ? "" : describeCount(this.state, this.options.query);
  }

  /** The document to look in from now on. */
  setDocument(document: string | null, from: From): void {
    if (this.document === document) return;
    this.document = document;
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
    this.state = nothingFound;
    this.failure = null;
  }

  change(change: Partial<FindOptions>, from: From): void {
    this.options = { ...this.options, ...change };
    void this.run(from, true);
  }

  step(by: number): void {
    this.state = stepMatch(this.state, by);
    this.tell();
  }

  /** One search at a time; what was typed meanwhile is looked for next, and only the last of it. */
  private async run(from: From, goThere: boolean): Promise<void> {
    if (this.running) {
      this.again = { from, goThere };
      return;
    }
    const { document, options } = this;
    if (!document || options.query === "") {
      this.state = nothingFound;
      this.failure = null;
      return;
    }
    this.running = true;
    try {
      const answer = await backend().findInDocument(document, options);
      if (document === this.document && this.open) {
        this.state = found(answer.matches, answer.truncated, from);
        this.failure = null;
      }
    } catch (thrown) {
      if (document === this.document && this.open) {
        this.state = nothingFound;
        this.failure = toFailure(thrown);
        this.onFailure(this.failure);
      }
    } finally {
      this.running = false;
    }
    const again = this.again;
    this.again = null;
    if (again && (options !== this.options || document !== this.document))
      return this.run(again.from, again.goThere);
    if (goThere) this.tell();
  }

  private tell(): void {
    const match = this.state.matches[this.state.current];
    if (match) this.onMatch(match.line, match.start, match.end);
  }
}
