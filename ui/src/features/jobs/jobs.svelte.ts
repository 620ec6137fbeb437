// Every AI job of whoever is signed in, what is written into the running one, and which job each project has in front.
import { SvelteMap } from "svelte/reactivity";
import { backend, type AiJob, type AiText } from "$lib/ipc";
import { JobList } from "$lib/jobList.svelte";

export const isOver = (job: AiJob): boolean => job.status === "SUCCESS" || job.status === "FAILED";
export const isCancelled = (job: AiJob): boolean =>
  job.status === "FAILED" && job.error?.code === "CANCELLED";

/** Running first, then waiting in their turn, then the latest that ended. */
function inOrder(one: AiJob, other: AiJob): number {
  const rank = { RUNNING: 0, QUEUED: 1, SUCCESS: 2, FAILED: 2 };
  const byRank = rank[one.status] - rank[other.status];
  if (byRank !== 0) return byRank;
  if (one.status === "QUEUED" && one.ahead !== other.ahead) return one.ahead - other.ahead;
  return (other.finished_at ?? other.created_at).localeCompare(one.finished_at ?? one.created_at);
}

class Jobs extends JobList<AiJob> {
  /** What is written now, by job. */
  readonly texts = new SvelteMap<string, AiText>();
  /** The queue lies over the window. */
  queueOpen = $state(false);
  /** Removed ones, which a late event must not bring back. */
  private readonly removed = new Set<string>();

  readonly running: AiJob[] = $derived(this.list.filter(({ status }) => status === "RUNNING"));
  readonly waiting: AiJob[] = $derived(this.list.filter(({ status }) => status === "QUEUED"));

  protected override async read(): Promise<AiJob[]> {
    const list = await backend().aiJobs(null);
    return list.filter(({ id }) => !this.removed.has(id)).sort(inOrder);
  }

  /** Takes over what is newer. Answers what the job was before. */
  put(job: AiJob): AiJob | undefined {
    const before = this.find(job.id);
    if (this.removed.has(job.id)) return before;
    this.noteNews();
    if (isOver(job)) this.texts.delete(job.id);
    const list = before ? this.list.map((one) => (one.id === job.id ? job : one)) : [job, ...this.list];
    this.list = before?.status === job.status && before.ahead === job.ahead ? list : list.sort(inOrder);
    // Those behind it moved up; the shell tells of the one that began only.
    if (before?.status === "QUEUED" && job.status !== "QUEUED" && this.waiting.length > 0) void this.load();
    return before;
  }

  write(text: AiText): void {
    this.texts.set(text.job_id, text);
  }

  drop(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.noteNews();
    for (const id of ids) {
      this.removed.add(id);
      this.texts.delete(id);
    }
    for (const [project, id] of [...this.chosen]) {
      if (!ids.includes(id)) continue;
      const place = this.of(project).findIndex((job) => job.id === id);
      const left = this.of(project).filter((job) => !ids.includes(job.id));
      // The one that moves up is next.
      const next = left[Math.min(Math.max(0, place), left.length - 1)];
      if (next) this.chosen.set(project, next.id);
      else this.chosen.delete(project);
    }
    this.list = this.list.filter(({ id }) => !ids.includes(id));
  }

  /** They are listed again. */
  async bringBack(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.removed.delete(id);
    this.noteNews();
    await this.load();
  }

  reset(): void {
    this.forget();
    this.texts.clear();
    this.removed.clear();
    this.queueOpen = false;
  }
}

export const jobs = new Jobs();

/** What the rail says: jobs that run or wait. */
export function underWay(list: readonly AiJob[]): { count: number; words: string } | null {
  const running = list.filter(({ status }) => status === "RUNNING").length;
  const waiting = list.filter(({ status }) => status === "QUEUED").length;
  if (running + waiting === 0) return null;
  const words = [running > 0 && `${running} running`, waiting > 0 && `${waiting} waiting`];
  return { count: running + waiting, words: words.filter(Boolean).join(", ") };
}
