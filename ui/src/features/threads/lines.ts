// Where lines went from one state of a text to the next, as far as that is certain without looking at more than both ends.
import type { Text } from "@codemirror/state";

/**
 * The lines `first`..=`last` in the new text, if all of them lie in what both texts begin or end with; else null.
 * Lines are 1-based.
 */
export function carried(
  old: Text,
  next: Text,
  first: number,
  last: number,
): { first: number; last: number } | null {
  let head = 0;
  const shorter = Math.min(old.lines, next.lines);
  while (head < Math.min(last, shorter) && old.line(head + 1).text === next.line(head + 1).text) head += 1;
  if (last <= head) return { first, last };
  let tail = 0;
  while (
    tail < shorter - head &&
    tail <= old.lines - first &&
    old.line(old.lines - tail).text === next.line(next.lines - tail).text
  )
    tail += 1;
  if (first <= old.lines - tail) return null;
  const by = next.lines - old.lines;
  return { first: first + by, last: last + by };
}

/** Lines of a text, as they would be quoted. */
export function linesOf(text: Text, first: number, last: number): string {
  if (first < 1 || first > text.lines) return "";
  return text.sliceString(text.line(first).from, text.line(Math.min(last, text.lines)).to);
}
