// How deep lines are indented, for the guides.

const TAB = 4;

/** Columns of white space before the text; null for a line without text. */
export function indentOf(line: string): number | null {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns += 1;
    else if (character === "\t") columns += TAB - (columns % TAB);
    else return columns;
  }
  return null;
}

/** Columns of one level: what most lines are deeper than the one before. 4 when nothing tells. */
export function indentUnit(lines: Iterable<string>): number {
  const seen = new Map<number, number>();
  let before = 0;
  for (const line of lines) {
    const columns = indentOf(line);
    if (columns === null) continue;
    const deeper = columns - before;
    // Comments set in by one space after a star are no level.
    if (deeper > 1 && deeper <= 8) seen.set(deeper, (seen.get(deeper) ?? 0) + 1);
    before = columns;
  }
  return [...seen].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? TAB;
}

/**
 * How many guides each line has: those of its own depth, and for lines without text as many as both neighbours agree on.
 * The lines before the first and after the last are taken to be as deep as those.
 */
export function guides(lines: readonly string[], unit: number): number[] {
  const depths = lines.map(indentOf);
  const counts: number[] = [];
  let below = -1;
  for (let at = 0; at < depths.length; at += 1) {
    const own = depths[at];
    if (own !== null && own !== undefined) {
      counts.push(Math.ceil(own / unit));
      continue;
    }
    if (below < at) {
      below = at;
      while (below < depths.length && depths[below] === null) below += 1;
    }
    const above = counts[at - 1];
    const after = depths[below] ?? null;
    const next = after === null ? undefined : Math.ceil(after / unit);
    counts.push(Math.min(above ?? next ?? 0, next ?? above ?? 0));
  }
  return counts;
}
