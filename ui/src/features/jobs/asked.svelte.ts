// The questions about jobs that are open: what to ask for, whether an endpoint may read the code, and which prompts to show.
import type { AiRequest, EndpointCard, JobType, Subject } from "$lib/ipc";

/** What the dialog begins with. */
export interface NewJob {
  projectId: string;
  jobType: JobType;
  subject: Subject;
  /** The version that is read; null for the folder as it is now. */
  version: number | null;
}

/** An endpoint was not allowed for the project yet. */
export interface AllowQuestion {
  projectId: string;
  endpoint: EndpointCard;
  /** Asks again once it is allowed. */
  again: () => Promise<void>;
}

export type PromptsQuestion =
  | { kind: "job"; jobId: string; title: string }
  /** Before anything is asked. */
  | { kind: "plan"; projectId: string; request: AiRequest };

class Asked {
  create: NewJob | null = $state.raw(null);
  allow: AllowQuestion | null = $state.raw(null);
  prompts: PromptsQuestion | null = $state.raw(null);
  /** Raised to ask for the focus in the list of jobs. */
  focus = $state(0);

  close(): void {
    this.create = null;
    this.allow = null;
    this.prompts = null;
  }
}

export const asked = new Asked();
