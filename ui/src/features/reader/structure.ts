// What can be folded in a file and which scopes a line lies in, looked up by binary search.
import type { FileStructure, ScopeRange } from "$lib/ipc";

/** How many sorted things begin at or before a line. */
export function countUpTo<Item>(items: readonly Item[], line: number, first: (item: Item) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (first(items[middle]!) <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Structure {
  /** The range around each, as an index; -1 at the top. */
  private readonly aboveScope: Int32Array;
  private readonly foldDepth: Uint16Array;

  constructor(private readonly found: FileStructure) {
    this.aboveScope = parents(found.scopes.map(({ first, last }) => [first, last]));
    const above = parents(found.folds);
    this.foldDepth = new Uint16Array(above.length);
    above.forEach((parent, at) => (this.foldDepth[at] = parent < 0 ? 0 : (this.foldDepth[parent] ?? 0) + 1));
  }

  get folds(): readonly (readonly [number, number])[] {
    return this.found.folds;
  }

  /** The last line of what begins at this one and can be folded; null when nothing does. */
  foldFrom(line: number): number | null {
    const fold = this.folds[countUpTo(this.folds, line, ([first]) => first) - 1];
    return fold?.[0] === line ? fold[1] : null;
  }

  /** The innermost range around a line that can be folded. */
  foldAround(line: number): readonly [number, number] | null {
    for (let at = countUpTo(this.folds, line, ([first]) => first) - 1; at >= 0; at -= 1) {
      const fold = this.folds[at];
      if (fold && fold[1] >= line) return fold;
      if (this.foldDepth[at] === 0) return null;
    }
    return null;
  }

  /** Ranges that lie in at least `depth` others. */
  foldsBelow(depth: number): (readonly [number, number])[] {
    return this.folds.filter((_, at) => (this.foldDepth[at] ?? 0) >= depth);
  }

  /** The scopes that a line lies in without being their first, outermost first. */
  scopesAround(line: number): ScopeRange[] {
    const { scopes } = this.found;
    const around: ScopeRange[] = [];
    let at = countUpTo(scopes, line, ({ first }) => first) - 1;
    while (at >= 0) {
      const scope = scopes[at];
      if (scope && scope.last >= line && scope.first < line) around.unshift(scope);
      at = this.aboveScope[at] ?? -1;
    }
    return around;
  }

  /** The scopes that a line lies in, its own too, outermost first. */
  scopesAt(line: number): ScopeRange[] {
    const { scopes } = this.found;
    const own = scopes.slice(
      countUpTo(scopes, line - 1, ({ first }) => first),
      countUpTo(scopes, line, ({ first }) => first),
    );
    return [...this.scopesAround(line), ...own];
  }

  /** What lies directly in a scope, or at the top with null. At most `most`. */
  scopesIn(scope: ScopeRange | null, most: number): ScopeRange[] {
    const { scopes } = this.found;
    const parent = scope === null ? -1 : scopes.indexOf(scope);
    const inside: ScopeRange[] = [];
    for (let at = parent + 1; at < scopes.length && inside.length < most; at += 1) {
      const one = scopes[at];
      if (!one || (scope && one.first > scope.last)) break;
      if (this.aboveScope[at] === parent) inside.push(one);
    }
    return inside;
  }
}

/** For ranges sorted by first line, the longer before the shorter: which range each lies in. */
function parents(ranges: readonly (readonly [number, number])[]): Int32Array {
  const above = new Int32Array(ranges.length);
  const open: number[] = [];
  ranges.forEach(([first, last], at) => {
    for (;;) {
      const top = open.at(-1);
      const around = top === undefined ? undefined : ranges[top];
      if (top === undefined || (around && around[1] >= first && around[1] >= last)) break;
      open.pop();
    }
    above[at] = open.at(-1) ?? -1;
    open.push(at);
  });
  return above;
}
