// What other parts of the window ask of the threads screen.
import { showThreads } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import type { ThreadState } from "$lib/ipc";
import { plainChoice } from "./filter";
import { threadsOf } from "./threadList.svelte";

/** Raised to ask for the focus in the list. */
export const asked = $state({ focus: 0 });

/** Shows a thread of the open project beside the list of threads, whatever the list is of. */
export function showInThreadsScreen(threadId: string): void {
  const project = openedProject();
  if (!project) return;
  const list = threadsOf(project.id);
  list.current = threadId;
  asked.focus += 1;
  showThreads();
}

/** Lists the open project's threads in one state. */
export function showThreadsInState(state: ThreadState): void {
  const project = openedProject();
  if (!project) return;
  const list = threadsOf(project.id);
  list.current = null;
  list.choose({ ...plainChoice, states: [state] });
  asked.focus += 1;
  showThreads();
}
