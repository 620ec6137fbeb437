// The log of one dev server, or of another program that is run: the lines as far as they were heard, at most as many as the engine keeps.
import { backend, toFailure, type Failure, type LogLine, type LogPage } from "$lib/ipc";

/** As many as the engine keeps. */
export const MOST_LINES = 10_000;
/** Lines that come within this many milliseconds are shown together. */
const TOGETHER_MS = 60;

const troubled = /\b(error|failed|failure|fatal|exception|panicked|traceback|cannot find)\b/i;
/** What servers write to the error output though all is well: requests that were answered, and what they inform of. */
const calm = /"[A-Z]+ [^"]*" [123]\d\d\b|^\W*(INFO|DEBUG)\b|\b(INFO|DEBUG):|\[(info|debug)\]/i;

/** Whether a line tells of trouble: what says so, and what went to the error output, unless it is plainly none. */
export const isTrouble = ({ source, text }: LogLine) =>
  source !== "lectern" && (troubled.test(text) || (source === "err" && !calm.test(text)));

export class PreviewLog {
  lines: LogLine[] = $state.raw([]);
  /** Number of the first line held, from 0. */
  first = $state(0);
  loaded = $state(false);
  failure: Failure | null = $state.raw(null);
  private waiting: LogLine[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** How many lines there were so far, as far as was heard. */
  private total = 0;
  private fetching: Promise<void> | null = null;

  constructor(
    readonly id: string,
    /** Reads lines from a number on. */
    private readonly read: (first: number) => Promise<LogPage> = (first) => backend().previewLog(id, first),
  ) {}

  /** Number of the line that comes next. */
  private get next(): number {
    return this.first + this.lines.length + this.waiting.length;
  }

  /** Reads what isn't there yet. */
  load(): Promise<void> {
    this.fetching ??= this.fetch().finally(() => (this.fetching = null));
    return this.fetching;
  }

  /** New lines were printed. */
  heard(page: LogPage): void {
    this.total = Math.max(this.total, page.first + page.lines.length);
    if (!this.loaded) return;
    if (page.first > this.next) void this.load();
    else this.take(page);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async fetch(): Promise<void> {
    try {
      for (let more = true; more;) {
        const page = await this.read(this.next);
        // Older lines may be gone already.
        if (page.first > this.next) this.begin(page.first);
        this.take(page);
        // More may have been printed while the answer was on its way.
        more = page.lines.length > 0 && this.next < Math.max(page.total, this.total);
      }
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    this.flush();
    this.loaded = true;
  }

  private begin(first: number): void {
    this.waiting = [];
    this.lines = [];
    this.first = first;
  }

  private take(page: LogPage): void {
    const fresh = page.lines.slice(Math.max(0, this.next - page.first));
    if (fresh.length === 0) return;
    this.waiting.push(...fresh);
    this.timer ??= setTimeout(() => this.flush(), TOGETHER_MS);
  }

  private flush(): void {
    this.stop();
    if (this.waiting.length === 0) return;
    const all = this.lines.concat(this.waiting);
    const gone = Math.max(0, all.length - MOST_LINES);
    this.waiting = [];
    this.lines = gone ? all.slice(gone) : all;
    this.first += gone;
  }
}
