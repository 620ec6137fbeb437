// What of a file's threads stands between its lines, beside them, and on the strip at the edge.
import type { BlockAt } from "$features/reader/code/threadBlocks";
import type { ThreadMark } from "$features/reader/code/threadGutter";
import type { ReaderPane } from "$features/reader/pane.svelte";
import type { MarkedLines } from "$features/reader/ruler";
import type { ThreadHere } from "$lib/ipc";
import { nameOfThread, states, type Tone } from "./words";
import { shownLines } from "./writing";

/** Threads that are shown between the lines: resolved ones only while they are wanted. */
export function shownThreads(pane: ReaderPane): readonly ThreadHere[] {
  const { list, current } = pane.threads;
  if (pane.home.threadView.showResolved) return list;
  return list.filter(({ thread }) => !thread.resolved || thread.id === current);
}

/** Blocks by line; what is being written comes after the threads of its line. */
export function blocksOf(pane: ReaderPane, lines: number): BlockAt[] {
  const clamped = (line: number) => Math.min(line, lines);
  const blocks: BlockAt[] = shownThreads(pane).map(({ thread, line_end }) => ({
    key: thread.id,
    line: clamped(line_end),
  }));
  for (const draft of pane.home.drafts.all.values()) {
    const at = shownLines(pane, draft);
    if (at) blocks.push({ key: draft.key, line: clamped(at.last) });
  }
  return blocks.sort((one, other) => one.line - other.line);
}

/** Whether the lines of a thread are in the file. */
const hasLines = ({ state, line_start }: ThreadHere): boolean =>
  line_start > 0 && state !== "OUTDATED" && state !== "NEEDS_REVIEW";

export function gutterMarksOf(pane: ReaderPane): ThreadMark[] {
  const marks = pane.threads.list
    .filter((here) => hasLines(here) && !here.thread.resolved)
    .map((here) => ({
      id: here.thread.id,
      first: here.line_start,
      last: here.line_end,
      tone: states[here.state].tone as string,
      label: nameOfThread(here),
    }));
  for (const draft of pane.home.drafts.all.values()) {
    const at = shownLines(pane, draft);
    if (at && at.first > 0)
      marks.unshift({
        id: draft.key,
        ...at,
        tone: "new",
        label: "What is being written is about these lines",
      });
  }
  return marks;
}

export function rulerMarksOf(pane: ReaderPane, lines: number): MarkedLines[] {
  const kinds = new Map<Tone, { first: number; last: number }[]>();
  for (const here of pane.threads.list) {
    if (here.thread.resolved) continue;
    const { tone } = states[here.state];
    const first = Math.min(Math.max(1, here.line_start), lines);
    const ranges = kinds.get(tone) ?? [];
    ranges.push({ first, last: Math.max(first, Math.min(here.line_end, lines)) });
    kinds.set(tone, ranges);
  }
  return [...kinds].map(([kind, ranges]) => ({ kind, ranges }));
}

/** About how high a block will be, in pixels: the nearer, the less moves while one scrolls towards it. */
export function likelyHeight(pane: ReaderPane, key: string): number {
  const thread = pane.threads.byId(key)?.thread;
  if (!thread) return 176;
  if (pane.home.threadView.folded(thread)) return 42;
  const lines = ({ body }: { body: string }) =>
    body.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 90)), 0);
  return thread.comments.reduce((sum, comment) => sum + 40 + 20 * lines(comment), 92);
}
