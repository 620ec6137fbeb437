// A line cut at its matches, for drawing.

export interface MarkedPiece {
  text: string;
  marked: boolean;
}

/**
 * Leading white space is left out as long as it lies before the first match: the text is what is looked for. Where `room` characters
 * would not reach to the end of the first match, the beginning of the line gives way to it.
 */
export function markedPieces(
  text: string,
  marks: readonly (readonly [number, number])[],
  room = Infinity,
): MarkedPiece[] {
  const indent = text.length - text.trimStart().length;
  let at = Math.min(indent, marks[0]?.[0] ?? indent);
  const pieces: MarkedPiece[] = [];
  const [from, to] = marks[0] ?? [0, 0];
  if (to - at > room && from > at) {
    const before = Math.max(0, Math.floor((room - Math.min(room, to - from)) / 2) - 1);
    if (from - before > at) {
      at = from - before;
      // Not between the two halves of one character.
      if (/[\udc00-\udfff]/.test(text.charAt(at))) at += 1;
      pieces.push({ text: "…", marked: false });
    }
  }
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
