// Where things of a file lie on the strip at its right edge: lines as pixels, merged so that any number stays cheap to draw.

export type MarkKind =
  | "added"
  | "changed"
  | "removed"
  | "match"
  | "hit"
  // Threads, by what became of their lines.
  | "exact"
  | "moved"
  | "edited"
  | "review"
  | "outdated";

/** Lines of one kind, ascending by first. */
export interface MarkedLines {
  kind: MarkKind;
  ranges: readonly { first: number; last: number }[];
}

export interface RulerMark {
  kind: MarkKind;
  /** Pixels from the top, end exclusive. */
  from: number;
  to: number;
}

/** Marks are at least this high, so that one line of very many is seen. */
const LEAST = 3;

/** The top of a line on a strip of `height` pixels. */
export function pixelOf(line: number, lines: number, height: number): number {
  return ((Math.min(Math.max(1, line), lines) - 1) / Math.max(1, lines)) * height;
}

/** The line at a pixel, 1-based. */
export function lineAtPixel(pixel: number, lines: number, height: number): number {
  if (height <= 0) return 1;
  return Math.min(Math.max(1, Math.floor((pixel / height) * lines) + 1), Math.max(1, lines));
}

/** What to draw, top to bottom for each kind. Marks that would touch become one: there are never more than the strip has room for. */
export function rulerMarks(marked: readonly MarkedLines[], lines: number, height: number): RulerMark[] {
  const marks: RulerMark[] = [];
  for (const { kind, ranges } of marked) {
    let last: RulerMark | null = null;
    for (const range of ranges) {
      const from = Math.floor(pixelOf(range.first, lines, height));
      const to = Math.max(
        from + LEAST,
        Math.ceil(pixelOf(range.last, lines, height) + height / Math.max(1, lines)),
      );
      if (last && from <= last.to) last.to = Math.max(last.to, to);
      else marks.push((last = { kind, from, to }));
    }
  }
  return marks;
}

/** The line to go to for a click: that of a mark when one is near, else where the click was. */
export function lineForClick(
  pixel: number,
  marked: readonly MarkedLines[],
  lines: number,
  height: number,
  near = 4,
): number {
  let best = { distance: near + 1, line: lineAtPixel(pixel, lines, height) };
  for (const { ranges } of marked)
    for (const range of ranges) {
      const top = pixelOf(range.first, lines, height);
      const bottom = Math.max(top + LEAST, pixelOf(range.last + 1, lines, height));
      const distance = pixel < top ? top - pixel : pixel > bottom ? pixel - bottom : 0;
      if (distance < best.distance) best = { distance, line: range.first };
    }
  return Math.min(best.line, Math.max(1, lines));
}
