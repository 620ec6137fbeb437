// Characters that change the direction of text without being seen: code can be made to look other than it is (CVE-2021-42574).

const names: Record<string, string> = {
  "\u061c": "ALM",
  "\u200e": "LRM",
  "\u200f": "RLM",
  "\u202a": "LRE",
  "\u202b": "RLE",
  "\u202c": "PDF",
  "\u202d": "LRO",
  "\u202e": "RLO",
  "\u2066": "LRI",
  "\u2067": "RLI",
  "\u2068": "FSI",
  "\u2069": "PDI",
};

/** Those that are drawn as their name in place of their effect. */
export const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Those that reorder what comes after them; the mere marks are common in honest text. */
const reordering = /[\u202a-\u202e\u2066-\u2069]/;
/** Whether a text runs from right to left in part. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;

/** "RLO" for U+202E; null for other characters. */
export function directionName(character: string): string | null {
  return names[character] ?? null;
}

/** The text with a dot in place of each of them: as long as before, and never turned around. */
export function withoutDirections(text: string): string {
  return text.replace(directionMarks, "•");
}

/** The line with the first character that reorders text, and how many lines have one; null when none does. */
export function reorderedLines(lines: Iterable<string>): { first: number; count: number } | null {
  let at = 0;
  let first = 0;
  let count = 0;
  for (const line of lines) {
    at += 1;
    if (!reordering.test(line)) continue;
    count += 1;
    first ||= at;
  }
  return count > 0 ? { first, count } : null;
}

/** Whether a text as a whole is read from right to left: its first letter tells, as for `dir="auto"`. */
export function runsFromRight(text: string): boolean {
  const [letter] = /\p{L}/u.exec(text) ?? [];
  return letter !== undefined && rightToLeft.test(letter);
}

export function runsRightToLeft(text: string): boolean {
  return rightToLeft.test(text);
}
