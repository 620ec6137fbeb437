// Sending what was written: a new thread, a reply, or another text of a comment.
import { toFailure, backend, type ThreadCard } from "$lib/ipc";
import type { Draft, Drafts } from "./drafts.svelte";

/** Whether there is anything to send. */
export const sendable = (draft: Draft): boolean => draft.body.trim() !== "" && !draft.sending;

/**
 * Sends a draft and lets go of it. When that fails the text stays, with the reason beside it; null then.
 * What is typed while it is on its way is not part of it: the field is closed meanwhile.
 */
export async function send(drafts: Drafts, projectId: string, draft: Draft): Promise<ThreadCard | null> {
  if (!sendable(draft)) return null;
  draft.sending = true;
  draft.failure = null;
  try {
    const card = await deliver(projectId, draft);
    drafts.sent(draft);
    return card;
  } catch (thrown) {
    draft.failure = toFailure(thrown);
    void drafts.save(draft);
    return null;
  } finally {
    draft.sending = false;
  }
}

function deliver(projectId: string, { key, body, place }: Draft): Promise<ThreadCard> {
  const named = key.slice(key.indexOf(":") + 1);
  if (key.startsWith("thread:")) return backend().replyToThread(projectId, named, body);
  if (key.startsWith("comment:")) return backend().editComment(projectId, named, body);
  if (!place) throw new Error("A new thread needs a place.");
  return backend().createThread(projectId, place, body);
}
