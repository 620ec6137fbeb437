// Keeps what is shown of jobs and models true by what the shell says, and tells what ends out of sight.
import { route, showJobs } from "$features/frame/route.svelte";
import { openProject, projectById } from "$features/projects/projects.svelte";
import { backend, type AiJob } from "$lib/ipc";
import { toast } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { isCancelled, isOver, jobs } from "./jobs.svelte";
import { models } from "./models.svelte";
import { typeWords } from "./words";

/** Listens until the returned function is called; then everything of the user is forgotten. */
export function followJobs(): () => void {
  const listening = [
    backend().onAiJobChanged(note),
    backend().onAiJobRemoved((ids) => jobs.drop(ids)),
    backend().onAiTextWritten((text) => jobs.write(text)),
    backend().onModelsChanged(() => void models.load()),
  ];
  void jobs.load();
  void models.load();
  return () => {
    for (const one of listening) void one.then((stop) => stop());
    asked.close();
    jobs.reset();
    models.reset();
  };
}

/** Takes over a job as it is now, and says what follows from that. */
export function note(job: AiJob): void {
  const before = jobs.put(job);
  if (!before || isOver(before) || !isOver(job) || isCancelled(job) || inSight(job)) return;
  const words = `${typeWords[job.job_type]} of ${job.title}`;
  if (job.status === "SUCCESS")
    toast({ text: `${words} is done`, action: { label: "Open", run: () => showJob(job) } });
  else
    toast({
      text: `${words} failed`,
      tone: "bad",
      ...(job.error ? { hint: job.error.message } : {}),
      action: { label: "Show", run: () => showJob(job) },
    });
}

/** The job on the screen of its project's jobs. */
export function showJob(job: { id: string; project_id: string }): void {
  if (!projectById(job.project_id)) {
    toast({ text: "The project is no longer in the list." });
    return;
  }
  if (route.projectId !== job.project_id) openProject(job.project_id);
  jobs.choose(job);
  showJobs();
}

/** Whether its state is in sight already. */
function inSight(job: AiJob): boolean {
  if (jobs.queueOpen) return true;
  return (
    route.screen === "jobs" &&
    route.projectId === job.project_id &&
    jobs.inFront(job.project_id)?.id === job.id
  );
}
