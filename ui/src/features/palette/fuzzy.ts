// How well a text fits what was typed: its letters in order, better when they begin words or stand together.

export interface Fit {
  score: number;
  /** Which characters of the text were matched, ascending. */
  at: number[];
}

/** Null when the letters don't all occur in order. An empty query fits everything equally. */
export function fuzzyFit(text: string, query: string): Fit | null {
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  if (!wanted) return { score: 0, at: [] };
  const lower = text.toLowerCase();
  const whole = lower.indexOf(query.trim().toLowerCase());
  if (whole >= 0) {
    const length = query.trim().length;
    const at = Array.from({ length }, (_, index) => whole + index);
    return { score: 1000 - whole + (startsWord(text, whole) ? 200 : 0) - text.length * 0.1, at };
  }
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of wanted) {
    let found = lower.indexOf(letter, from);
    if (found < 0) return null;
    // Prefer the start of a later word to the middle of this one, if the letter occurs there.
    const previous = at.at(-1);
    if (found !== (previous ?? -2) + 1 && !startsWord(text, found)) {
      for (let next = found; next >= 0; next = lower.indexOf(letter, next + 1)) {
        if (startsWord(text, next)) {
          found = next;
          break;
        }
      }
    }
    score += startsWord(text, found) ? 20 : found === (previous ?? -2) + 1 ? 12 : 1;
    at.push(found);
    from = found + 1;
  }
  return { score: score - text.length * 0.1, at };
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[\s\-_/.,]/.test(text[at - 1] ?? "") || /[a-z][A-Z]/.test(text.slice(at - 1, at + 1));
}

/** The text in runs, matched or not, for drawing; `at` counts UTF-16 units, and a character is matched as a whole. */
export function runs(text: string, at: readonly number[]): { text: string; matched: boolean }[] {
  const matched = new Set(at);
  const result: { text: string; matched: boolean }[] = [];
  let unit = 0;
  for (const letter of text) {
    const isMatched = matched.has(unit);
    const last = result.at(-1);
    if (last && last.matched === isMatched) last.text += letter;
    else result.push({ text: letter, matched: isMatched });
    unit += letter.length;
  }
  return result;
}
