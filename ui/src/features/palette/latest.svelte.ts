// Answers to what is being typed: one request at a time, the latest question wins, and old answers stay until there are newer ones.
import { toFailure, type Failure } from "$lib/ipc";

export class Latest<Answer> {
  /** The latest answer, and what it answers. */
  answer: { key: string; value: Answer } | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  private wanted: string | null = null;
  private flight: Promise<void> | null = null;
  private flown: string | null = null;
  private closed = false;

  constructor(private readonly fetch: (key: string) => Promise<Answer>) {}

  /** Asks, unless this is what was asked last. Null asks nothing more and forgets what was answered. */
  ask(key: string | null): void {
    if (key === this.wanted) return;
    this.wanted = key;
    if (key === null) {
      this.answer = null;
      this.failure = null;
    } else this.take();
  }

  /** Whether this was answered, or failed to be; nothing always is. */
  answered(key: string | null): boolean {
    return key === null || this.answer?.key === key || this.failure !== null;
  }

  /** Resolves once the latest question has its answer. */
  async settled(): Promise<void> {
    while (this.flight) await this.flight;
  }

  /** Whatever arrives from now on is dropped. */
  close(): void {
    this.closed = true;
  }

  private take(): void {
    this.flight ??= this.fly().finally(() => {
      this.flight = null;
      // Something was asked between the last answer and now.
      if (this.wanted !== null && this.wanted !== this.flown && !this.closed) this.take();
    });
  }

  private async fly(): Promise<void> {
    this.flown = null;
    while (this.wanted !== this.flown && this.wanted !== null && !this.closed) {
      const asked: string = this.wanted;
      this.flown = asked;
      try {
        const value = await this.fetch(asked);
        if (this.closed || this.wanted === null) continue;
        this.answer = { key: asked, value };
        this.failure = null;
      } catch (thrown) {
        if (!this.closed && this.wanted === asked) this.failure = toFailure(thrown);
      }
    }
  }
}
