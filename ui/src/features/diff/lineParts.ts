// A line of a difference cut at its colours, with the words that changed held together.
import type { DiffRow } from "$lib/ipc";
import { pieces, type Piece } from "$lib/syntax";

export interface Part {
  changed: boolean;
  pieces: Piece[];
}

/** The parts of a line in order; the words that changed are parts of their own. */
export function lineParts(row: Pick<DiffRow, "text" | "spans" | "marks">): Part[] {
  const spans = row.spans.map(([start, end, kind]) => ({ line: 1, start, end, kind }));
  const parts: Part[] = [];
  const push = (start: number, end: number, changed: boolean) => {
    if (end <= start) return;
    const within = spans
      .filter((span) => span.end > start && span.start < end)
      .map((span) => ({
        ...span,
        start: Math.max(span.start, start) - start,
        end: Math.min(span.end, end) - start,
      }));
    parts.push({ changed, pieces: pieces(row.text.slice(start, end), within) });
  };
  let at = 0;
  for (const [start, end] of row.marks) {
    if (start < at || start >= row.text.length) continue;
    push(at, start, false);
    push(start, Math.min(end, row.text.length), true);
    at = end;
  }
  push(at, row.text.length, false);
  return parts;
}
