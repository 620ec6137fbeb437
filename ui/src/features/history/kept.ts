// What is known of each project while the window is open, one per project; gone when somebody else signs in.
import { session } from "$features/accounts/session.svelte";
import { detached } from "$lib/detached.svelte";

export interface Kept<Known> {
  /** What is known of a project, made when it is first asked for. */
  of(projectId: string): Known;
  reset(): void;
}

/** `end` is told of everything that is let go of. */
export function kept<Known>(make: (projectId: string) => Known, end?: (known: Known) => void): Kept<Known> {
  const all = new Map<string, Known>();
  let user: string | undefined;
  const reset = () => {
    if (end) for (const known of all.values()) end(known);
    all.clear();
  };
  return {
    of(projectId) {
      const now = session.state?.user?.id;
      if (now !== user) reset();
      user = now;
      let known = all.get(projectId);
      if (known === undefined) {
        known = detached(() => make(projectId));
        all.set(projectId, known);
      }
      return known;
    },
    reset,
  };
}
