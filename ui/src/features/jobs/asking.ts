// Asking for docs and explanations, from wherever it is done.
import { route } from "$features/frame/route.svelte";
import { relativeTime } from "$lib/format/time";
import {
  backend,
  toFailure,
  type AiPlan,
  type AiRequest,
  type AiSubmitted,
  type JobType,
  type Subject,
} from "$lib/ipc";
import { lowerFirst } from "$features/versions/words";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { showJob } from "./follow.svelte";
import { jobs } from "./jobs.svelte";
import { models } from "./models.svelte";
import { typeWords } from "./words";

/** Opens the dialog in which a job is put together. */
export function askNew(
  projectId: string,
  about: Subject = { kind: "PROJECT" },
  version: number | null = null,
): void {
  const jobType: JobType = ["SELECTION", "DIFF"].includes(about.kind) ? "EXPLANATION" : "DOCS";
  asked.create = { projectId, jobType, subject: about, version };
}

/** Asks with the model that is chosen in the settings, and shows the job. */
export function ask(
  projectId: string,
  job_type: JobType,
  subject: Subject,
  version: number | null,
): Promise<boolean> {
  return submit(projectId, { job_type, subject, version, model: null, no_prose: false });
}

let lastPlan = 0;

/** Works out what would be asked, which takes long for a large project. Once stopped, whatever comes of it is for nobody. */
export function planJob(projectId: string, request: AiRequest): { plan: Promise<AiPlan>; stop: () => void } {
  const task = `plan-${Date.now()}-${(lastPlan += 1)}`;
  let underWay = true;
  const plan = backend()
    .aiPlan(task, projectId, request)
    .finally(() => (underWay = false));
  const stop = () => {
    if (!underWay) return;
    underWay = false;
    // Work that has ended meanwhile can't be cancelled, which is as good.
    backend()
      .cancelTask(task)
      .catch(() => undefined);
  };
  return { plan, stop };
}

/** Submits and shows the job. False when it was not taken; why is said, or asked about. */
export async function submit(projectId: string, request: AiRequest): Promise<boolean> {
  try {
    const submitted = await backend().submitAiJob(projectId, request);
    await taken(projectId, submitted);
    return true;
  } catch (thrown) {
    return refused(thrown, projectId, request.model, async () => void (await submit(projectId, request)));
  }
}

/** Writes the same again, with another model if one is named. */
export async function writeAgain(projectId: string, jobId: string, model: string | null): Promise<void> {
  try {
    const submitted = await backend().rewriteAiJob(jobId, model);
    await taken(projectId, submitted);
  } catch (thrown) {
    await refused(thrown, projectId, model, () => writeAgain(projectId, jobId, model));
  }
}

async function taken(projectId: string, { job_id, outcome }: AiSubmitted): Promise<void> {
  if (!jobs.find(job_id)) await jobs.load();
  if (route.projectId === projectId) showJob({ id: job_id, project_id: projectId });
  const job = jobs.find(job_id);
  if (outcome === "JOINED")
    toast({ text: "This is being written already", hint: "The same was asked for before." });
  else if (outcome === "WRITTEN") {
    const at = job?.finished_at ? lowerFirst(relativeTime(job.finished_at, new Date())) : "before";
    toast({
      text: `Written ${at} from the same code`,
      action: { label: "Write again", run: () => writeAgain(projectId, job_id, null) },
    });
  } else if (job && jobs.running.length > 0 && job.status === "QUEUED")
    toast({
      text: `${typeWords[job.job_type]} waits its turn`,
      action: { label: "Show queue", run: () => void (jobs.queueOpen = true) },
    });
}

/** An endpoint that was not allowed yet is asked about; anything else is said. */
async function refused(
  thrown: unknown,
  projectId: string,
  model: string | null,
  again: () => Promise<void>,
): Promise<false> {
  if (toFailure(thrown).code !== "ENDPOINT_NOT_ALLOWED") {
    toastFailure(thrown);
    return false;
  }
  await models.load();
  const endpoint = models.endpoint(model ?? models.current?.chosen ?? null);
  if (endpoint) asked.allow = { projectId, endpoint, again };
  else toastFailure(thrown);
  return false;
}
