// Who wrote the lines of a pane's file, asked for only while somebody wants to see it.
import { backend, toFailure, type Blame, type Failure, type TaskProgress } from "$lib/ipc";

let lastId = 0;

export class BlameOfPane {
  /** Wanted for every file of the pane until it is turned off. */
  on = $state(false);
  blame: Blame | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  progress: TaskProgress | null = $state.raw(null);
  loading = $state(false);

  private document: string | null = null;
  private task: string | null = null;

  /** The file from now on; null for what has no lines. */
  setDocument(document: string | null): void {
    if (this.document === document) return;
    this.document = document;
    this.drop();
    if (this.on) void this.load();
  }

  turn(on: boolean = !this.on): void {
    if (on === this.on) return;
    this.on = on;
    if (on) void this.load();
    else this.drop();
  }

  retry(): void {
    void this.load();
  }

  /** The work under way is no longer wanted. */
  stop(): void {
    this.on = false;
    this.drop();
  }

  private drop(): void {
    const { task } = this;
    this.task = null;
    this.blame = null;
    this.failure = null;
    this.progress = null;
    this.loading = false;
    // Work that has ended meanwhile can't be cancelled, which is as good.
    if (task)
      backend()
        .cancelTask(task)
        .catch(() => undefined);
  }

  private async load(): Promise<void> {
    this.drop();
    const { document } = this;
    if (document === null) return;
    const task = `blame-${Date.now()}-${(lastId += 1)}`;
    const wanted = () => this.task === task;
    this.task = task;
    this.loading = true;
    try {
      const blame = await backend().blame(task, document, (progress) => {
        if (wanted()) this.progress = progress;
      });
      if (wanted()) this.blame = blame;
    } catch (thrown) {
      if (wanted()) this.failure = toFailure(thrown);
    }
    if (!wanted()) return;
    this.task = null;
    this.loading = false;
  }
}
