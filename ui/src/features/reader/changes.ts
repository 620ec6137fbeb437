// The lines of a file that differ from what it is compared with, looked up by line.
import type { LineChange } from "$lib/ipc";
import { counted } from "$lib/format/numbers";
import { countUpTo } from "./structure";

/** The line a change is marked at: removed lines at the one they stood before, or at the last of the file. */
export function markLine(change: LineChange, lines: number): number {
  return Math.min(Math.max(1, change.first), Math.max(1, lines));
}

/** The change that a line is part of; lines removed before it count as well. */
export function changeAt(changes: readonly LineChange[], line: number, lines: number): LineChange | null {
  const upTo = countUpTo(changes, line, ({ first }) => first);
  for (const change of [changes[upTo - 1], changes[upTo]]) {
    if (!change) continue;
    const from = markLine(change, lines);
    if (line >= from && line < from + Math.max(1, change.lines)) return change;
  }
  return null;
}

/** The next change after a line, or before it with -1, going round. */
export function changeBeside(changes: readonly LineChange[], line: number, step: 1 | -1): LineChange | null {
  if (changes.length === 0) return null;
  if (step === 1) return changes[countUpTo(changes, line, ({ first }) => first)] ?? changes[0] ?? null;
  return changes[countUpTo(changes, line - 1, ({ first }) => first) - 1] ?? changes.at(-1) ?? null;
}

/** "2 lines added", "3 lines changed, 1 before", "1 line removed". */
export function describeChange({ kind, lines, old_lines }: LineChange): string {
  if (kind === "added") return `${counted(lines, "line")} added`;
  if (kind === "removed") return `${counted(old_lines, "line")} removed`;
  return lines === old_lines
    ? `${counted(lines, "line")} changed`
    : `${counted(lines, "line")} in place of ${old_lines}`;
}
