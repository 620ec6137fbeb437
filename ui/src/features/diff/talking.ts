// Commenting in a comparison by keyboard, and going from thread to thread through its files.
import { setResolved } from "$features/threads/actions";
import { aroundOf, editComment, ownLatest } from "$features/threads/menu";
import { beginReply } from "$features/threads/writing";
import type { ThreadHere } from "$lib/ipc";
import type { Comparison } from "./comparison.svelte";
import type { DiffCard } from "./diffCard.svelte";
import type { Block, FileSide } from "./diffThreads.svelte";
import { lineOn, selectedLines } from "./pointing.svelte";

/** A thread of the comparison, and where it stands. */
export interface Found {
  card: DiffCard;
  side: FileSide;
  block: Block;
  here: ThreadHere;
}

function found(card: DiffCard, block: Block): Found | null {
  const side = card.threads?.side(block.side);
  return side && block.thread ? { card, side, block, here: block.thread } : null;
}

/** The thread with the focus in it. */
export function focusedThread(comparison: Comparison, scroller: HTMLElement): Found | null {
  const section = document.activeElement?.closest<HTMLElement>("[data-thread]");
  const path = section?.closest<HTMLElement>("[data-path]")?.dataset.path;
  if (!section || path === undefined || !scroller.contains(section)) return null;
  const index = comparison.files.find((file) => file.path === path)?.index ?? -1;
  const card = comparison.card(index);
  const block = card?.threads?.blocks.find(({ key }) => key === section.dataset.thread);
  return card && block ? found(card, block) : null;
}

/** The next thread after the one with the focus, or the one before, over the borders of files; files that nobody saw yet are asked. */
export async function besideThread(
  comparison: Comparison,
  from: Found | null,
  first: number,
  step: 1 | -1,
): Promise<Found | null> {
  const { shown } = comparison;
  let at = from ? shown.indexOf(from.card.file.index) : first;
  for (let tries = 0; at >= 0 && at < shown.length && tries < 400; at += step, tries += 1) {
    const card = comparison.card(shown[at] ?? -1);
    if (!card?.open || !card.threads) continue;
    await card.examine();
    if (!card.isText) continue;
    await card.threads.known();
    const blocks = card.threads.blocks.filter(({ thread }) => thread !== null);
    const stood =
      from?.card === card
        ? blocks.findIndex(({ key }) => key === from.block.key)
        : step > 0
          ? -1
          : blocks.length;
    const next = blocks[stood + step];
    if (next) return found(card, next);
  }
  return null;
}

/** C: a reply in the thread with the focus, else a comment on the selected text, the chosen rows, or the whole file in front. */
export function comment(
  comparison: Comparison,
  scroller: HTMLElement,
  at: { index: number; row: number; since: number },
  front: number,
): boolean {
  const thread = focusedThread(comparison, scroller);
  if (thread) {
    beginReply(thread.side.pane, thread.here.thread);
    return true;
  }
  for (const column of scroller.querySelectorAll<HTMLElement>(".column")) {
    const lines = selectedLines(column);
    const path = column.closest<HTMLElement>("[data-path]")?.dataset.path;
    const card = comparison.card(comparison.files.find((file) => file.path === path)?.index ?? -1);
    if (!lines || !card?.threads) continue;
    document.getSelection()?.removeAllRanges();
    card.threads.begin(lines.side, lines.first, lines.last);
    return true;
  }
  const card = comparison.card(at.index >= 0 ? at.index : front);
  if (!card?.threads || !card.isText) return false;
  const lines = at.index >= 0 ? chosenLines(card, at) : null;
  if (lines) card.threads.begin(lines.side, lines.first, lines.last);
  else card.threads.begin(card.file.kind === "removed" ? "old" : "new", 0, 0);
  return true;
}

function chosenLines(card: DiffCard, { row, since }: { row: number; since: number }) {
  const own = card.row(row);
  const at = own && lineOn(own, "both");
  if (!at) return null;
  let [first, last] = [at.line, at.line];
  for (let each = Math.min(row, since); since >= 0 && each <= Math.max(row, since); each += 1) {
    const other = card.row(each);
    const line = at.side === "old" ? other?.old_line : other?.new_line;
    if (other && other.kind !== "gap" && line != null)
      [first, last] = [Math.min(first, line), Math.max(last, line)];
  }
  return { side: at.side, first, last };
}

export async function resolve({ side, here }: Found): Promise<void> {
  const { thread } = here;
  await setResolved(aroundOf(side.pane), thread, !thread.resolved);
  side.threads.wanted = thread.id;
}

export function edit({ side, here }: Found): void {
  const own = ownLatest(here.thread);
  if (!own) return;
  side.pane.home.threadView.fold(here.thread, false);
  editComment(side.pane, own);
}
