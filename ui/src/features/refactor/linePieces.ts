// The lines of a hunk as they are drawn, below each other or side by side.
import type { CodeLine, RefactorHunk } from "$lib/ipc";

export interface DrawnLine {
  kind: "same" | "removed" | "added";
  old: number | null;
  new: number | null;
  text: string;
  spans: [number, number, number][];
  marks: [number, number][];
}

/** A line longer than this is cut at its head where its first mark stands far right. */
const LONG = 140;
const LEAD = 40;

/** Brings what changes into sight: the head of a long line is cut where its first mark stands far right. */
export function shifted(line: DrawnLine): DrawnLine {
  const first = line.marks[0]?.[0] ?? 0;
  if (line.text.length <= LONG || first <= LONG - LEAD) return line;
  const cut = first - LEAD;
  const move = (at: number) => Math.max(0, at - cut) + 1;
  return {
    ...line,
    text: `…${line.text.slice(cut)}`,
    spans: line.spans
      .filter(([, end]) => end > cut)
      .map(([start, end, kind]): [number, number, number] => [move(start), move(end), kind]),
    marks: line.marks.map(([start, end]): [number, number] => [move(start), move(end)]),
  };
}

/** The lines before, removed, added and after, in one column. `drift` is how many lines the new numbers are ahead. */
export function unifiedLines(hunk: RefactorHunk): DrawnLine[] {
  const { before, after } = around(hunk);
  return [...before, ...removed(hunk), ...added(hunk), ...after];
}

/** The same in two columns; where one side has fewer lines the rest of it is nothing. */
export function splitLines(hunk: RefactorHunk): [DrawnLine | null, DrawnLine | null][] {
  const { before, after } = around(hunk);
  const [gone, come] = [removed(hunk), added(hunk)];
  const changed = Array.from(
    { length: Math.max(gone.length, come.length) },
    (_, at): [DrawnLine | null, DrawnLine | null] => [gone[at] ?? null, come[at] ?? null],
  );
  const both = (line: DrawnLine): [DrawnLine, DrawnLine] => [line, line];
  return [...before.map(both), ...changed, ...after.map(both)];
}

function around({ before, old, new: come, after }: RefactorHunk) {
  // Context is numbered as it is now; afterwards it stands as far from the new lines as from the old ones.
  // Where nothing goes, the lines come above the first one after them.
  const from = old[0]?.line ?? after[0]?.line ?? come[0]?.line ?? 0;
  const ahead = (come[0]?.line ?? from) - from;
  const grown = come.length - old.length;
  const same =
    (drift: number) =>
    (line: CodeLine): DrawnLine => ({
      kind: "same",
      old: line.line,
      new: line.line + drift,
      text: line.text,
      spans: line.spans,
      marks: [],
    });
  return { before: before.map(same(ahead)), after: after.map(same(ahead + grown)) };
}

const marksOf = (marks: readonly [number, number, number][], at: number): [number, number][] =>
  marks.filter(([line]) => line === at).map(([, start, end]) => [start, end]);

const removed = ({ old, old_marks }: RefactorHunk): DrawnLine[] =>
  old.map(({ line, text, spans }, at) =>
    shifted({ kind: "removed", old: line, new: null, text, spans, marks: marksOf(old_marks, at) }),
  );

const added = ({ new: come, new_marks }: RefactorHunk): DrawnLine[] =>
  come.map(({ line, text, spans }, at) =>
    shifted({ kind: "added", old: null, new: line, text, spans, marks: marksOf(new_marks, at) }),
  );
