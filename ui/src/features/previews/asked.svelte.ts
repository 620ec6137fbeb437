// The question whether a project's command may be run.
import type { Preview, Trust } from "$lib/ipc";

export interface TrustQuestion {
  projectId: string;
  argv: string[];
  /** As one would type it. */
  shown: string;
  folder: string;
  /** Where it is defined, if that is known. */
  path: string | null;
  line: number | null;
  /** What a script of that name runs. */
  script: string | null;
  /** The port it takes by itself, if that is known. */
  port: number | null;
  /** What has to be done first. */
  first: string | null;
  /** The session it is shown beside, once it is ready. */
  beside: string | null;
  go: (trust: Trust) => Promise<Preview>;
}

export const asked: { trust: TrustQuestion | null } = $state({ trust: null });
