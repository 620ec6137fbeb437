// The matches of "find in file": where they are, which one is current, and what comes next.
import type { DocumentMatch, FindOptions } from "$lib/ipc";

export interface FindState {
  readonly matches: readonly DocumentMatch[];
  /** More matches exist than are held. */
  readonly truncated: boolean;
  /** Index into `matches`, -1 for none. */
  readonly current: number;
}

export const nothingFound: FindState = { matches: [], truncated: false, current: -1 };

export const defaultFind: FindOptions = { query: "", regex: false, word: false, case_sensitive: false };

function before(match: DocumentMatch, line: number, column: number): boolean {
  return match.line < line || (match.line === line && match.start < column);
}

/** The first match at or after a position, going round at the end; -1 when there is none. */
export function firstFrom(matches: readonly DocumentMatch[], line: number, column: number): number {
  if (matches.length === 0) return -1;
  let low = 0;
  let high = matches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(matches[middle]!, line, column)) low = middle + 1;
    else high = middle;
  }
  return low % matches.length;
}

/** New matches, with the one nearest after a position as the current. */
export function found(
  matches: readonly DocumentMatch[],
  truncated: boolean,
  from: { line: number; column: number },
): FindState {
  return { matches, truncated, current: firstFrom(matches, from.line, from.column) };
}

/** The match `step` further on, going round. */
export function stepMatch(state: FindState, step: number): FindState {
  const count = state.matches.length;
  if (count === 0) return state;
  const from = state.current < 0 && step > 0 ? -1 : Math.max(state.current, 0);
  return { ...state, current: (((from + step) % count) + count) % count };
}

/** The matches on the lines `first`..=`last`, as indexes (end exclusive). */
export function matchesOnLines(
  matches: readonly DocumentMatch[],
  first: number,
  last: number,
): { from: number; to: number } {
  const lowest = (line: number) => {
    let low = 0;
    let high = matches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (matches[middle]!.line < line) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { from: lowest(first), to: lowest(last + 1) };
}

/** "3 of 17", "17+ matches", "No matches". */
export function describeCount(state: FindState, query: string): string {
  if (query === "") return "";
  const count = state.matches.length.toLocaleString("en") + (state.truncated ? "+" : "");
  if (state.matches.length === 0) return "No matches";
  return state.current < 0 ? `${count} matches` : `${(state.current + 1).toLocaleString("en")} of ${count}`;
}
