// Words of a line of code, and where else they stand.

/** Names as most languages write them. */
const NAME = /[\p{L}\p{N}\p{M}_$]+/gu;
const NAME_UNIT = /[\p{L}\p{N}\p{M}_$]/u;
/** A line longer than this is data, and is not looked through. */
const LONGEST_LINE = 10_000;

export interface Word {
  text: string;
  /** UTF-16 columns, end exclusive. */
  start: number;
  end: number;
}

/** The word that holds a column or ends there; null between words. */
export function wordAt(line: string, column: number): Word | null {
  if (line.length > LONGEST_LINE) return null;
  for (const found of line.matchAll(NAME)) {
    const end = found.index + found[0].length;
    if (found.index > column) return null;
    if (end >= column) return { text: found[0], start: found.index, end };
  }
  return null;
}

/** Where a text stands in a line; with `whole` only where it is a word of its own. */
export function occurrences(line: string, text: string, whole: boolean): number[] {
  const found: number[] = [];
  if (text === "" || line.length > LONGEST_LINE) return found;
  for (let at = line.indexOf(text); at >= 0; at = line.indexOf(text, at + text.length)) {
    const before = at > 0 ? line.slice(Math.max(0, at - 2), at) : "";
    const after = line.slice(at + text.length, at + text.length + 2);
    const joined = NAME_UNIT.test(lastCharacter(before)) || NAME_UNIT.test(firstCharacter(after));
    if (!whole || !joined) found.push(at);
  }
  return found;
}

const lastCharacter = (text: string): string => [...text].at(-1) ?? "";
const firstCharacter = (text: string): string => [...text][0] ?? "";
