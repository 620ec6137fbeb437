// What may be typed to go to a line.

export interface Target {
  /** 1-based. */
  line: number;
  /** 0-based UTF-16; null when only a line was named. */
  column: number | null;
}

/** Reads "42" or "42:7" (columns as people count them, from 1). Null when it is neither. */
export function parseTarget(typed: string, lines: number): Target | null {
  const found = /^:?\s*(\d+)(?:\s*[:,]\s*(\d+))?$/.exec(typed.trim());
  if (!found) return null;
  const line = Math.min(Math.max(1, Number(found[1])), Math.max(1, lines));
  return { line, column: found[2] === undefined ? null : Math.max(0, Number(found[2]) - 1) };
}
