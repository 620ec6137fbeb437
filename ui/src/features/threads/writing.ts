// Beginning a comment: what it is about, and where its field is shown.
import { sideOf } from "$features/reader/page";
import { pathOf } from "$features/reader/fileKey";
import type { ReaderPane } from "$features/reader/pane.svelte";
import { newThreadKey, replyKey, type Draft } from "./drafts.svelte";
import type { NewThreadPlace, ThreadCard } from "$lib/ipc";
import { linesOf } from "./lines";

/** Lines of the file in a pane as a place; 0 and 0 for all of it. Null while no file is there. */
export function placeIn(pane: ReaderPane, first: number, last: number): NewThreadPlace | null {
  const opened = pane.shown?.opened;
  if (!opened || !pane.shown) return null;
  return {
    place: { path: pathOf(pane.shown.path), line_start: first, line_end: last },
    side: sideOf(opened),
    document: opened.document,
  };
}

/** The selected lines, or the caret's; the whole file where there are no lines. */
export function selectedPlace(pane: ReaderPane): NewThreadPlace | null {
  const kind = pane.shown?.content?.kind;
  if (kind === "paged") return placeIn(pane, pane.cursor.line, pane.cursor.line);
  const lines = kind === "text" ? pane.current?.selectedLines?.() : undefined;
  return lines ? placeIn(pane, lines.first, lines.last) : placeIn(pane, 0, 0);
}

/** Opens a field for a new thread. Shown between the lines, or in the list beside them where there are none. */
export function beginThread(pane: ReaderPane, place: NewThreadPlace | null): Draft | null {
  if (!place) return null;
  const draft = pane.home.drafts.begin(newThreadKey(place), place);
  if (!showsBetweenLines(pane)) pane.home.showThreads();
  else pane.threads.reveal(draft.key);
  return draft;
}

export function beginProjectThread(pane: ReaderPane): void {
  const place: NewThreadPlace = {
    place: { path: "", line_start: 0, line_end: 0 },
    side: { kind: "working_tree" },
    document: null,
  };
  pane.home.drafts.begin(newThreadKey(place), place);
  pane.home.showThreads();
}

export function beginReply(pane: ReaderPane, thread: ThreadCard): void {
  pane.home.threadView.fold(thread, false);
  pane.home.drafts.begin(replyKey(thread.id));
  pane.threads.reveal(thread.id);
}

/** Whether threads stand between the lines of what a pane shows. */
export function showsBetweenLines(pane: ReaderPane): boolean {
  return pane.shown?.content?.kind === "text";
}

/** Whether a draft is one of a new thread about the file that a pane shows, as it shows it. */
export function isAbout(pane: ReaderPane, { key, place }: Draft): boolean {
  const opened = pane.shown?.opened;
  if (!key.startsWith("new:") || !place || !opened) return false;
  const side = sideOf(opened);
  return (
    place.place.path === pathOf(pane.shown?.path ?? "") && JSON.stringify(side) === JSON.stringify(place.side)
  );
}

/** The lines of the open file that a new thread is written below; null when it is about something else. */
export function shownLines(pane: ReaderPane, draft: Draft): { first: number; last: number } | null {
  if (!draft.place || !isAbout(pane, draft)) return null;
  const { shownAt } = draft;
  if (shownAt && shownAt.document === pane.shown?.opened?.document) return shownAt;
  return { first: draft.place.place.line_start, last: draft.place.place.line_end };
}

/** Lines of the open text, for a suggestion to begin with; null where they aren't at hand. */
export function quotedIn(pane: ReaderPane, first: number, last: number): string | null {
  const content = pane.shown?.content;
  return content?.kind === "text" && first > 0 ? linesOf(content.text, first, last) : null;
}
