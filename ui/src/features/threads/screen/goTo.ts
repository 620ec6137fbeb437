// Going to threads from anywhere in the window.
import { route, showThreads } from "$features/frame/route.svelte";
import { openProject } from "$features/projects/projects.svelte";
import type { ThreadState } from "$lib/ipc";
import { openThread } from "../open";
import { asked, showThreadsInState } from "./asked.svelte";

/** Shows a thread in its code, or among the threads where its code is not in the folder. */
export function goToThread(projectId: string, threadId: string): void {
  void openThread(projectId, threadId);
}

/** The screen of a project's threads. */
export function goToThreadsOf(projectId: string): void {
  if (route.projectId !== projectId) openProject(projectId);
  asked.focus += 1;
  showThreads();
}

/** Lists a project's threads in one state. */
export function goToThreads(projectId: string, state: ThreadState): void {
  if (route.projectId !== projectId) openProject(projectId);
  showThreadsInState(state);
}
