// From the list of threads into the code.
import { goToThread } from "./goTo";
import type { ThreadList } from "./threadList.svelte";

/** Shows the thread beside the list in its code. */
export function openCurrent(list: ThreadList): void {
  if (list.current !== null) goToThread(list.projectId, list.current);
}
