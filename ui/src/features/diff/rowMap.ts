// Where the rows of a difference stand: all of one height, but for the gaps and for what stands below some rows.

/** Room below a row, in pixels; above all rows where the row is -1. */
export interface Below {
  row: number;
  height: number;
}

export class RowMap {
  /** Sums over the heights of `below`, up to and with each. */
  private readonly sums: number[] = [];

  constructor(
    readonly count: number,
    readonly rowHeight: number,
    /** Rows that are gaps, ascending; those of rows not fetched yet are not known. */
    private readonly gaps: readonly number[],
    readonly gapHeight: number,
    /** Ascending, each row once. */
    private readonly below: readonly Below[] = [],
  ) {
    let sum = 0;
    for (const { height } of below) this.sums.push((sum += height));
  }

  get total(): number {
    return this.top(this.count);
  }

  /** Where a row begins, in pixels. */
  top(row: number): number {
    const gaps = rank(this.gaps.length, (at) => (this.gaps[at] ?? 0) < row);
    const above = rank(this.below.length, (at) => (this.below[at]?.row ?? 0) < row);
    return row * this.rowHeight + gaps * (this.gapHeight - this.rowHeight) + (this.sums[above - 1] ?? 0);
  }

  /** Height of a row itself, without what stands below it. */
  heightOf(row: number): number {
    const at = rank(this.gaps.length, (each) => (this.gaps[each] ?? 0) < row);
    return this.gaps[at] === row ? this.gapHeight : this.rowHeight;
  }

  /** The row at a place, the first or last one beyond the ends. */
  at(place: number): number {
    return Math.max(0, rank(this.count, (row) => this.top(row) <= place) - 1);
  }

  /** Rows between two places, 0-based and end-exclusive. */
  between(from: number, to: number): { first: number; last: number } {
    if (this.count === 0 || to <= 0 || from >= this.total) return { first: 0, last: 0 };
    return { first: this.at(from), last: this.at(to) + 1 };
  }
}

/** How many of the first `count` numbers hold, where all that hold come first. */
function rank(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
