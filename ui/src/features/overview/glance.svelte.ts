// A project at a glance, and its life as git tells it; the second takes longer and comes later.
import { kept } from "$features/history/kept";
import { backend, toFailure, type Failure, type ProjectActivity, type ProjectOverview } from "$lib/ipc";

export class Glance {
  overview: ProjectOverview | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  activity: ProjectActivity | null = $state.raw(null);
  activityFailure: Failure | null = $state.raw(null);
  private turn = 0;

  constructor(readonly projectId: string) {}

  /** Asks for both; what is there stays until the answers are. */
  async read(): Promise<void> {
    const turn = (this.turn += 1);
    const last = () => turn === this.turn;
    const life = backend()
      .projectActivity(this.projectId)
      .then(
        (activity) => {
          if (!last()) return;
          this.activity = activity;
          this.activityFailure = null;
        },
        (thrown: unknown) => {
          if (last()) this.activityFailure = toFailure(thrown);
        },
      );
    try {
      const overview = await backend().projectOverview(this.projectId);
      if (!last()) return;
      this.overview = overview;
      this.failure = null;
    } catch (thrown) {
      if (last()) this.failure = toFailure(thrown);
    }
    await life;
  }
}

const glances = kept((projectId) => new Glance(projectId));

/** What is known of a project; it stays while the window is open. */
export const glanceOf = (projectId: string): Glance => glances.of(projectId);

export const resetGlances = (): void => glances.reset();
