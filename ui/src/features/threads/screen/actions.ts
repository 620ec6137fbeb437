// What can be done with threads of the list, one or many at once, each with a message that can be taken back.
import { counted } from "$lib/format/numbers";
import { backend } from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import type { ThreadList } from "./threadList.svelte";

/** Resolves threads one after the other, or reopens them; those that could not be are named by their number. */
export async function setAllResolved(
  list: ThreadList,
  ids: readonly string[],
  resolved: boolean,
): Promise<void> {
  const { projectId } = list;
  const done: string[] = [];
  let failed: unknown = null;
  for (const id of ids) {
    try {
      await backend().resolveThread(projectId, id, resolved);
      done.push(id);
    } catch (thrown) {
      failed ??= thrown;
    }
  }
  list.marked.clear();
  await list.load();
  if (failed !== null) toastFailure(failed);
  if (done.length === 0) return;
  const what = done.length === 1 ? "Thread" : counted(done.length, "thread");
  toast({
    text: `${what} ${resolved ? "resolved" : "reopened"}`,
    undo: async () => {
      for (const id of done) await backend().resolveThread(projectId, id, !resolved);
      await list.load();
    },
  });
}

/** Notes threads as read, or as unread again. */
export async function setAllRead(list: ThreadList, ids: readonly string[], read: boolean): Promise<void> {
  if (ids.length === 0) return;
  const { projectId } = list;
  try {
    await backend().setThreadsRead(projectId, [...ids], read);
  } catch (thrown) {
    return toastFailure(thrown);
  }
  list.marked.clear();
  await list.load();
  const what = ids.length === 1 ? "Thread" : counted(ids.length, "thread");
  toast({
    text: `${what} marked as ${read ? "read" : "unread"}`,
    undo: async () => {
      await backend().setThreadsRead(projectId, [...ids], !read);
      await list.load();
    },
  });
}

/** Every unread thread of the project, whatever the list shows. */
export async function readAll(list: ThreadList): Promise<void> {
  const unread: string[] = [];
  try {
    for (;;) {
      const filter = {
        path: null,
        states: [],
        resolved: null,
        author: null,
        unread: true,
        text: "",
        latest_first: false,
      };
      const page = await backend().threads(list.projectId, filter, unread.length, 500);
      unread.push(...page.threads.map(({ id }) => id));
      if (page.threads.length === 0 || unread.length >= page.total) break;
    }
  } catch (thrown) {
    return toastFailure(thrown);
  }
  await setAllRead(list, unread, true);
}
