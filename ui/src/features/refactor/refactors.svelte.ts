// Every refactor job of whoever is signed in, whether there is anybody who does them, and which job each project has open.
import { SvelteSet } from "svelte/reactivity";
import { backend, type Failure, type RefactorJob, type RefactorStatus } from "$lib/ipc";
import { JobList } from "$lib/jobList.svelte";

/** Somebody is at work on it. */
export const isWorking = ({ status }: RefactorJob): boolean =>
  status === "QUEUED" || status === "RUNNING" || status === "APPLYING";

/** It has, or had, places to look at. */
export const hasProposal = ({ status }: RefactorJob): boolean =>
  status === "PROPOSED" || status === "APPLYING" || status === "APPLIED" || status === "UNDONE";

export const isCancelled = (job: RefactorJob): boolean =>
  job.status === "FAILED" && job.error?.code === "CANCELLED";

const rank: Record<RefactorStatus, number> = {
  RUNNING: 0,
  APPLYING: 0,
  QUEUED: 1,
  PROPOSED: 2,
  APPLIED: 3,
  UNDONE: 3,
  DISCARDED: 3,
  FAILED: 3,
};

/** What works first, then what waits for review, then the latest. */
export function inOrder(one: RefactorJob, other: RefactorJob): number {
  const byRank = rank[one.status] - rank[other.status];
  return byRank !== 0 ? byRank : other.created_at.localeCompare(one.created_at);
}

class Refactors extends JobList<RefactorJob> {
  /** The shell answers; until it did nothing of this is offered. */
  available = $state(false);
  /** Projects whose chosen job is open for review; the others show the list. */
  readonly opened = new SvelteSet<string>();

  open(job: { id: string; project_id: string }): void {
    this.choose(job);
    this.opened.add(job.project_id);
  }

  close(projectId: string): void {
    this.opened.delete(projectId);
  }

  protected override async read(): Promise<RefactorJob[]> {
    const list = await backend().refactorJobs(null);
    this.available = true;
    return list.sort(inOrder);
  }

  protected override refused(failure: Failure): void {
    super.refused(failure);
    if (failure.code === "NOT_AVAILABLE") this.available = false;
  }

  /** Takes over what is newer. Answers what the job was before. */
  put(job: RefactorJob): RefactorJob | undefined {
    const before = this.find(job.id);
    this.noteNews();
    this.list = [job, ...this.list.filter(({ id }) => id !== job.id)].sort(inOrder);
    return before;
  }

  reset(): void {
    this.forget();
    this.available = false;
    this.opened.clear();
  }
}

export const refactors = new Refactors();

/** What the rail says: proposals that wait for review. */
export function toReview(list: readonly RefactorJob[]): { count: number; words: string } | null {
  const count = list.filter(({ status }) => status === "PROPOSED").length;
  return count === 0 ? null : { count, words: `${count} to review` };
}
