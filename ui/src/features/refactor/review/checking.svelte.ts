// Whether a proposal would do harm: what reading it finds, and what a command of the project says on a copy.
import { PreviewLog } from "$features/previews/log.svelte";
import {
  backend,
  toFailure,
  type Failure,
  type RefactorCheckChoices,
  type RefactorCheckRun,
  type RefactorChecks,
  type Trust,
} from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { asked } from "../asked.svelte";
import type { Review } from "../review.svelte";

/** Many clicks in a row are read once. */
const SETTLE_MS = 500;

export class Checking {
  checks: RefactorChecks | null = $state.raw(null);
  reading = $state(false);
  choices: RefactorCheckChoices | null = $state.raw(null);
  run: RefactorCheckRun | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  log: PreviewLog | null = $state.raw(null);
  /** What was found, or the log, is shown. */
  shown = $state(false);
  private ticket = 0;
  /** How often the shell told of the check: what was asked for before is older than that. */
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly review: Review) {}

  private get id(): string {
    return this.review.jobId;
  }

  /** Follows the check until the returned function is called. */
  follow(projectId: string): () => void {
    const listening = [
      backend().onRefactorCheckChanged((run) => {
        if (run.job_id !== this.id) return;
        this.told += 1;
        this.take(run);
      }),
      backend().onRefactorCheckSaid(({ job_id, page }) => {
        if (job_id === this.id) this.log?.heard(page);
      }),
    ];
    void this.loadChoices(projectId);
    return () => {
      clearTimeout(this.timer);
      this.ticket += 1;
      this.log?.stop();
      if (this.reading)
        void backend()
          .refactorCheckStop(this.id)
          .catch(() => undefined);
      this.reading = false;
      for (const one of listening) void one.then((stop) => stop());
    };
  }

  /** Something else is chosen, or proposed: it is read again in a moment. */
  changed(): void {
    clearTimeout(this.timer);
    const wait = this.checks === null ? 0 : SETTLE_MS;
    this.timer = setTimeout(() => void this.read(), wait);
  }

  private async read(): Promise<void> {
    const ticket = (this.ticket += 1);
    this.reading = true;
    try {
      await this.review.stored();
      const { told } = this;
      const [run, checks] = await Promise.all([
        backend().refactorCheckState(this.id),
        backend().refactorCheck(this.id),
      ]);
      if (ticket !== this.ticket) return;
      if (run && told === this.told) this.take(run);
      this.checks = checks;
      this.failure = null;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (ticket === this.ticket && failure.code !== "CANCELLED") this.failure = failure;
    } finally {
      if (ticket === this.ticket) this.reading = false;
    }
  }

  async loadChoices(projectId: string): Promise<void> {
    try {
      this.choices = await backend().refactorCheckChoices(projectId);
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }

  /** Remembers the command that checks the project. Whether it was taken. */
  async setCommand(projectId: string, line: string, folder: string): Promise<Failure | null> {
    try {
      this.choices = await backend().setRefactorCheckCommand(projectId, line, folder);
      return null;
    } catch (thrown) {
      return toFailure(thrown);
    }
  }

  /** Runs the command; asks first where it was not allowed. */
  async start(trust: Trust | null = null): Promise<void> {
    if (this.run?.state === "RUNNING") return;
    const projectId = this.review.proposal?.job.project_id;
    const command = this.choices?.command;
    if (!command || projectId === undefined) {
      this.shown = true;
      return;
    }
    try {
      await this.review.store();
      const run = await backend().refactorCheckRun(this.id, trust);
      // The lines of the one before are its own.
      this.log?.stop();
      this.log = null;
      this.take(run);
      this.shown = true;
      if (trust === "remembered") void this.loadChoices(projectId);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code === "NOT_TRUSTED" && trust === null)
        asked.question = {
          kind: "trust-check",
          projectId,
          command,
          why: failure.message,
          go: (given) => void this.start(given),
        };
      else toastFailure(thrown);
    }
  }

  cancel(): void {
    void backend().refactorCheckCancel(this.id).catch(toastFailure);
  }

  private take(run: RefactorCheckRun): void {
    this.run = run;
    this.log ??= new PreviewLog(this.id, (first) => backend().refactorCheckLog(this.id, first));
  }
}
