// Where the rows of a difference stand: all of one height, but for the gaps.

export class RowMap {
  constructor(
    readonly count: number,
    readonly rowHeight: number,
    /** Rows that are gaps, ascending; those of rows not fetched yet are not known. */
    private readonly gaps: readonly number[],
    readonly gapHeight: number,
  ) {}

  get total(): number {
    return this.top(this.count);
  }

  /** Where a row begins, in pixels. */
  top(row: number): number {
    return row * this.rowHeight + this.gapsBefore(row) * (this.gapHeight - this.rowHeight);
  }

  /** The row at a place, the first or last one beyond the ends. */
  at(place: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Rows between two places, 0-based and end-exclusive. */
  between(from: number, to: number): { first: number; last: number } {
    if (this.count === 0 || to <= 0 || from >= this.total) return { first: 0, last: 0 };
    return { first: this.at(from), last: this.at(to) + 1 };
  }

  private gapsBefore(row: number): number {
    let low = 0;
    let high = this.gaps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.gaps[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
