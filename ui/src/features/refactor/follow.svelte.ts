// Keeps what is shown of refactor jobs true by what the shell says, and tells what ends out of sight.
import { route } from "$features/frame/route.svelte";
import { openProject } from "$features/projects/projects.svelte";
import { backend, type RefactorJob } from "$lib/ipc";
import { toast } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { show } from "./asking";
import { isCancelled, refactors } from "./refactors.svelte";

/** Many changes of a folder in a row are one look at which proposals they make stale. */
const SETTLE_MS = 400;

/** Listens until the returned function is called; then everything of the user is forgotten. */
export function followRefactors(): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  const stale = (projectId: string) => {
    if (!refactors.of(projectId).some(({ status }) => status === "PROPOSED")) return;
    clearTimeout(due);
    due = setTimeout(() => void refactors.load(), SETTLE_MS);
  };
  const listening = [
    backend().onRefactorJobChanged(note),
    backend().onFolderChanged(stale),
    backend().onVersionsChanged(stale),
  ];
  void refactors.load();
  return () => {
    clearTimeout(due);
    for (const one of listening) void one.then((stop) => stop());
    asked.close();
    refactors.reset();
  };
}

/** Takes over a job as it is now, and says what follows from that. */
export function note(job: RefactorJob): void {
  const before = refactors.put(job);
  const worked = before?.status === "QUEUED" || before?.status === "RUNNING";
  if (!worked || inSight(job)) return;
  const action = {
    label: "Review",
    run: () => {
      if (route.projectId !== job.project_id) openProject(job.project_id);
      show(job);
    },
  };
  if (job.status === "PROPOSED") toast({ text: `${job.title} is ready to review`, action });
  else if (job.status === "FAILED" && !isCancelled(job))
    toast({
      text: `${job.title} failed`,
      tone: "bad",
      ...(job.error ? { hint: job.error.message } : {}),
      action: { ...action, label: "Show" },
    });
}

function inSight(job: RefactorJob): boolean {
  return (
    route.screen === "refactor" &&
    route.projectId === job.project_id &&
    refactors.inFront(job.project_id)?.id === job.id
  );
}
