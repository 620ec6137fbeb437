// A line cut at its matches, for drawing.

export interface MarkedPiece {
  text: string;
  marked: boolean;
}

/** Leading white space is left out as long as it lies before the first match: the text is what is looked for. */
export function markedPieces(text: string, marks: readonly (readonly [number, number])[]): MarkedPiece[] {
  const indent = text.length - text.trimStart().length;
  let at = Math.min(indent, marks[0]?.[0] ?? indent);
  const pieces: MarkedPiece[] = [];
  for (const [start, end] of marks) {
    const until = Math.min(end, text.length);
    if (start < at || start >= until) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), marked: false });
    pieces.push({ text: text.slice(start, until), marked: true });
    at = until;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
