// A line of text cut into what was found and what lies between.
import type { DocumentMatch } from "$lib/ipc";

export interface LinePart {
  text: string;
  match: boolean;
  /** The current match. */
  now: boolean;
}

/** `now` is the index of the current match among `matches`, or out of range. Matches beyond a cut line's end are left out. */
export function splitAtMatches(line: string, matches: readonly DocumentMatch[], now: number): LinePart[] {
  const parts: LinePart[] = [];
  let at = 0;
  matches.forEach(({ start, end }, index) => {
    const from = Math.max(start, at);
    const to = Math.min(end, line.length);
    if (from >= to) return;
    if (from > at) parts.push({ text: line.slice(at, from), match: false, now: false });
    parts.push({ text: line.slice(from, to), match: true, now: index === now });
    at = to;
  });
  if (at < line.length) parts.push({ text: line.slice(at), match: false, now: false });
  return parts;
}
