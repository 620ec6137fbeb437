// A list of jobs that somebody else keeps: read, kept true by what is told, and which of them each project has in front.
import { SvelteMap } from "svelte/reactivity";
import { toFailure, type Failure } from "$lib/ipc";

interface Listed {
  id: string;
  project_id: string;
}

export abstract class JobList<Job extends Listed> {
  list: Job[] = $state.raw([]);
  loaded = $state(false);
  failure: Failure | null = $state.raw(null);
  /** The job that each project has in front. */
  readonly chosen = new SvelteMap<string, string>();
  private heard = 0;
  private loading: Promise<void> | null = null;

  /** Of one project, in order. */
  of(projectId: string | null): Job[] {
    return projectId === null ? [] : this.list.filter((job) => job.project_id === projectId);
  }

  find(id: string | undefined): Job | undefined {
    return id === undefined ? undefined : this.list.find((job) => job.id === id);
  }

  /** The job in front: what was chosen while it is there, else the first of the list. */
  inFront(projectId: string): Job | undefined {
    const chosen = this.find(this.chosen.get(projectId));
    return chosen?.project_id === projectId ? chosen : this.of(projectId)[0];
  }

  choose(job: Listed): void {
    this.chosen.set(job.project_id, job.id);
  }

  /** Reads the list. Events that come meanwhile are newer than the answer: then it is read again. */
  load(): Promise<void> {
    this.loading ??= this.readAll().finally(() => (this.loading = null));
    return this.loading;
  }

  /** All jobs, in order. */
  protected abstract read(): Promise<Job[]>;

  /** Reading failed. */
  protected refused(failure: Failure): void {
    this.failure = failure;
  }

  /** Something was told: an answer under way is older. */
  protected noteNews(): void {
    this.heard += 1;
  }

  protected forget(): void {
    this.list = [];
    this.loaded = false;
    this.failure = null;
    this.chosen.clear();
  }

  private async readAll(): Promise<void> {
    try {
      let heard;
      do {
        ({ heard } = this);
        this.list = await this.read();
      } while (heard !== this.heard);
      this.failure = null;
    } catch (thrown) {
      this.refused(toFailure(thrown));
    }
    this.loaded = true;
  }
}
