// Every refactor job of whoever is signed in, whether there is anybody who does them, and which job each project has open.
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { backend, toFailure, type Failure, type RefactorJob, type RefactorStatus } from "$lib/ipc";

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

class Refactors {
  list: RefactorJob[] = $state.raw([]);
  loaded = $state(false);
  failure: Failure | null = $state.raw(null);
  /** The shell answers; until it did nothing of this is offered. */
  available = $state(false);
  /** The job that each project has in front. */
  readonly chosen = new SvelteMap<string, string>();
  /** Projects whose chosen job is open for review; the others show the list. */
  readonly opened = new SvelteSet<string>();
  private heard = 0;
  private loading: Promise<void> | null = null;

  of(projectId: string | null): RefactorJob[] {
    return projectId === null ? [] : this.list.filter((job) => job.project_id === projectId);
  }

  find(id: string | undefined): RefactorJob | undefined {
    return id === undefined ? undefined : this.list.find((job) => job.id === id);
  }

  inFront(projectId: string): RefactorJob | undefined {
    const chosen = this.find(this.chosen.get(projectId));
    return chosen?.project_id === projectId ? chosen : this.of(projectId)[0];
  }

  choose(job: { id: string; project_id: string }): void {
    this.chosen.set(job.project_id, job.id);
  }

  open(job: { id: string; project_id: string }): void {
    this.choose(job);
    this.opened.add(job.project_id);
  }

  close(projectId: string): void {
    this.opened.delete(projectId);
  }

  /** Reads the list. Events that come meanwhile are newer than the answer: then it is read again. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = null));
    return this.loading;
  }

  private async read(): Promise<void> {
    try {
      let heard;
      do {
        ({ heard } = this);
        this.list = (await backend().refactorJobs(null)).sort(inOrder);
      } while (heard !== this.heard);
      this.failure = null;
      this.available = true;
    } catch (thrown) {
      this.failure = toFailure(thrown);
      if (this.failure.code === "NOT_AVAILABLE") this.available = false;
    }
    this.loaded = true;
  }

  /** Takes over what is newer. Answers what the job was before. */
  put(job: RefactorJob): RefactorJob | undefined {
    const before = this.find(job.id);
    this.heard += 1;
    this.list = [job, ...this.list.filter(({ id }) => id !== job.id)].sort(inOrder);
    return before;
  }

  reset(): void {
    this.list = [];
    this.loaded = false;
    this.available = false;
    this.failure = null;
    this.chosen.clear();
    this.opened.clear();
  }
}

export const refactors = new Refactors();

/** What the rail says: proposals that wait for review. */
export function toReview(list: readonly RefactorJob[]): { count: number; words: string } | null {
  const count = list.filter(({ status }) => status === "PROPOSED").length;
  return count === 0 ? null : { count, words: `${count} to review` };
}
