// The entries of a thread's menu and of a comment's.
import type { ReaderPane } from "$features/reader/pane.svelte";
import type { MenuItem } from "$lib/ui/menuItem";
import {
  copyComment,
  copyLink,
  copyThread,
  deleteComment,
  deleteThread,
  placeThread,
  rejectPlace,
  setRead,
  summary,
  takePlaceBack,
  type Around,
} from "./actions";
import { asked } from "./asked.svelte";
import { editKey } from "./drafts.svelte";
import type { CommentCard, ThreadCard, ThreadHere } from "$lib/ipc";
import { selectedPlace } from "./writing";
import { lineWords } from "./words";

export const aroundOf = (pane: ReaderPane): Around => ({ here: pane.threads, view: pane.home.threadView });

/** The user's own latest comment. */
export function ownLatest({ comments }: ThreadCard): CommentCard | undefined {
  return comments.findLast(({ mine }) => mine);
}

export function editComment(pane: ReaderPane, comment: CommentCard): void {
  pane.home.drafts.begin(editKey(comment.id), null, comment.body);
}

/** Lets somebody choose the lines that a thread belongs to, in any file. */
export function choosePlace(pane: ReaderPane, thread: ThreadCard): void {
  asked.placing = { projectId: thread.project_id, threadId: thread.id, words: summary(thread) };
  pane.current?.focus();
}

export function threadItems(pane: ReaderPane, here: ThreadHere): MenuItem[] {
  const { thread, state } = here;
  const around = aroundOf(pane);
  const own = ownLatest(thread);
  const place = selectedPlace(pane);
  const hasPlace = state !== "NEEDS_REVIEW" && state !== "OUTDATED" && thread.origin.line_start > 0;
  return [
    ...(own
      ? [{ label: "Edit my comment", icon: "pencil" as const, chord: "E", run: () => editComment(pane, own) }]
      : []),
    { label: "Copy link to the thread", icon: "link", run: () => void copyLink(thread) },
    { label: "Copy text", icon: "copy", run: () => void copyThread(thread) },
    {
      label: "History of its places",
      icon: "clock",
      run: () => (pane.threads.history = thread),
    },
    {
      label: thread.unread ? "Mark as read" : "Mark as unread",
      run: () => void setRead(around, thread, thread.unread),
    },
    ...(hasPlace
      ? [
          {
            label: "This place is wrong",
            icon: "unlink" as const,
            separated: true,
            run: () => void rejectPlace(around, thread),
          },
        ]
      : []),
    ...(place && place.place.line_start > 0
      ? [
          {
            label: `Re-attach to ${lineWords(place.place.line_start, place.place.line_end).toLowerCase()}`,
            icon: "anchor" as const,
            separated: !hasPlace,
            run: () => void placeThread(around, thread, place),
          },
        ]
      : []),
    {
      label: "Re-attach elsewhere…",
      icon: "moved",
      run: () => choosePlace(pane, thread),
    },
    ...(thread.can_undo_place
      ? [
          {
            label: "Take the last placing back",
            icon: "undo" as const,
            run: () => void takePlaceBack(around, thread),
          },
        ]
      : []),
    {
      label: "Delete thread",
      icon: "x",
      danger: true,
      separated: true,
      run: () => void deleteThread(around, thread),
    },
  ];
}

export function commentItems(pane: ReaderPane, thread: ThreadCard, comment: CommentCard): MenuItem[] {
  return [
    ...(comment.mine
      ? [{ label: "Edit", icon: "pencil" as const, run: () => editComment(pane, comment) }]
      : []),
    { label: "Copy text", icon: "copy", run: () => void copyComment(comment) },
    ...(comment.mine
      ? [
          {
            label: thread.comments.length === 1 ? "Delete comment and thread" : "Delete comment",
            icon: "x" as const,
            danger: true,
            separated: true,
            run: () => void deleteComment(aroundOf(pane), thread, comment),
          },
        ]
      : []),
  ];
}
