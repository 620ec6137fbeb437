// What other parts of the window ask of the threads screen.
import { showThreads } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import type { ThreadState } from "$lib/ipc";
import { plainChoice } from "./filter";
import { threadsOf } from "./threadList.svelte";

interface Asked {
  /** Raised to ask for the focus in the list. */
  focus: number;
  /** The dialog that is open. */
  dialog: "export" | "import" | null;
}

export const asked: Asked = $state({ focus: 0, dialog: null });

/** Asks how the open project's threads are to be written out, or from what others are to be taken in. */
export function askExchange(dialog: "export" | "import"): void {
  showThreads();
  asked.dialog = dialog;
}

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
