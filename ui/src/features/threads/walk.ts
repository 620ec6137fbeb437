// Which thread is meant: the one with the focus, at the caret, or next to it.
import type { ReaderPane } from "$features/reader/pane.svelte";
import type { ThreadHere } from "$lib/ipc";
import { shownThreads } from "./between";

/** The thread that has the focus in it. */
export function focusedThread(pane: ReaderPane): ThreadHere | undefined {
  const section = document.activeElement?.closest<HTMLElement>("[data-thread], [data-card]");
  const id = section?.dataset.thread ?? section?.dataset.card;
  return id === undefined ? undefined : pane.threads.byId(id);
}

/** The thread that keys act on: with the focus, else the one that is about the caret's line. */
export function meantThread(pane: ReaderPane): ThreadHere | undefined {
  const focused = focusedThread(pane);
  if (focused) return focused;
  const { line } = pane.cursor;
  const about = pane.threads.list.filter(
    ({ line_start, line_end }) => line_start <= line && line <= line_end,
  );
  const current = about.find(({ thread }) => thread.id === pane.threads.current);
  return current ?? about.find(({ thread }) => !thread.resolved) ?? about[0];
}

/** The thread after or before the one with the focus, or else the caret; at the end it begins anew. */
export function besideThread(pane: ReaderPane, step: 1 | -1): ThreadHere | undefined {
  const list = shownThreads(pane);
  if (list.length === 0) return undefined;
  const focused = focusedThread(pane);
  if (focused) {
    const at = list.findIndex(({ thread }) => thread.id === focused.thread.id);
    return list[(at + step + list.length) % list.length];
  }
  const { line } = pane.cursor;
  if (step === 1) return list.find(({ line_end }) => line_end >= line) ?? list[0];
  return list.findLast(({ line_end }) => line_end < line) ?? list.at(-1);
}
