// Going to a thread from elsewhere: to its lines in the reader, or to the list of threads where there are none.
import { askReader } from "$features/frame/reader-slot.svelte";
import { route, showWorkspace } from "$features/frame/route.svelte";
import { openProject } from "$features/projects/projects.svelte";
import { backend, type ThreadCard } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { showInThreadsScreen } from "./screen/asked.svelte";

/** Whether the folder has the file that a thread is about. */
async function isThere({ project_id, place }: ThreadCard): Promise<boolean> {
  try {
    const opened = await backend().openFile(project_id, place.path, null);
    return opened.from_version === null;
  } catch {
    return false;
  }
}

/** Opens the file of a thread at its place, unfolds the thread and gives it the focus. */
export async function openThread(projectId: string, threadId: string): Promise<void> {
  let card: ThreadCard;
  try {
    card = await backend().thread(projectId, threadId);
  } catch (thrown) {
    return toastFailure(thrown);
  }
  if (route.projectId !== projectId) openProject(projectId);
  const { path, line_start: line } = card.place;
  if (path === "" || !(await isThere(card))) return showInThreadsScreen(threadId);
  asked.thread = { projectId, threadId };
  showWorkspace();
  askReader({ version: null, path, ...(line > 0 ? { line } : {}) });
}
