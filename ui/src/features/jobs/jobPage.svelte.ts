// The page of one job, read again whenever more of it was written.
import { backend, toFailure, type AiJob, type AiJobPage, type Failure, type Page } from "$lib/ipc";
import { isOver, jobs } from "./jobs.svelte";

/** A page of a thousand symbols is not read more often than this while it is written. */
const REST_MS = 250;

export class JobPage {
  page: Page | null = $state.raw(null);
  /** How many of its texts could be doc comments. */
  docComments = $state(0);
  loaded = $state(false);
  failure: Failure | null = $state.raw(null);
  private reading = false;
  private again = false;
  private ended = false;
  /** The job ended. */
  private over = false;
  private rest: ReturnType<typeof setTimeout> | undefined;
  /** What of the job the page was read for. */
  private readFor = "";

  constructor(readonly jobId: string) {}

  /** Reads it if the job came further than what is shown. */
  follow(job: AiJob): void {
    const { phase, done, total } = job.progress;
    // Until it writes, files are counted.
    const parts = phase === "GATHERING" ? "" : `${done} ${total}`;
    const state = `${job.status} ${parts} ${job.has_page}`;
    if (state === this.readFor) return;
    this.readFor = state;
    // What is done is not kept waiting behind a look at its draft.
    this.over = isOver(job);
    if (this.over && this.rest !== undefined) this.wake();
    void this.load();
  }

  async load(): Promise<void> {
    if (this.ended) return;
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      this.take(await backend().aiJob(this.jobId));
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    this.loaded = true;
    const wait = this.again && this.over ? 0 : REST_MS;
    this.rest = setTimeout(() => {
      const { again } = this;
      this.wake();
      if (again) void this.load();
    }, wait);
  }

  private wake(): void {
    clearTimeout(this.rest);
    this.rest = undefined;
    this.reading = false;
    this.again = false;
  }

  take({ job, page, doc_comments }: AiJobPage): void {
    if (this.ended) return;
    this.docComments = doc_comments;
    // What is on screen stays until there is something else.
    if (page !== null || job.status === "QUEUED") this.page = page;
    jobs.put(job);
  }

  stop(): void {
    this.ended = true;
    clearTimeout(this.rest);
  }
}
