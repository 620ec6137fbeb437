// Going to a thread from anywhere in the window.
import { route } from "$features/frame/route.svelte";
import { openProject } from "$features/projects/projects.svelte";
import type { ThreadState } from "$lib/ipc";
import { showInThreadsScreen, showThreadsInState } from "./asked.svelte";

/** Shows a thread in its code. */
export function goToThread(projectId: string, threadId: string): void {
  if (route.projectId !== projectId) openProject(projectId);
  showInThreadsScreen(threadId);
}

/** Lists a project's threads in one state. */
export function goToThreads(projectId: string, state: ThreadState): void {
  if (route.projectId !== projectId) openProject(projectId);
  showThreadsInState(state);
}
