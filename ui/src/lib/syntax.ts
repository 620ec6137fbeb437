// Pieces of a line with their highlight classes, for showing code outside the editor.
import type { FileSpan } from "$lib/ipc";

/** Style sheet classes by the numbers of `file_spans`; 0 is plain. */
export const spanClassNames = [
  "",
  "k",
  "s",
  "c",
  "f",
  "y",
  "o",
  "p",
  "u",
  "ma",
  "at",
  "h",
  "em",
  "st",
  "lk",
] as const;

export interface Piece {
  text: string;
  /** Empty for plain text. */
  className: string;
}

/** Cuts a line at its spans, which are in order and don't overlap. Spans beyond the text are left out. */
export function pieces(text: string, spans: readonly FileSpan[]): Piece[] {
  const cut: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    const end = Math.min(span.end, text.length);
    if (span.start < at || span.start >= end) continue;
    if (span.start > at) cut.push({ text: text.slice(at, span.start), className: "" });
    cut.push({ text: text.slice(span.start, end), className: spanClassNames[span.kind] ?? "" });
    at = end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), className: "" });
  return cut;
}
