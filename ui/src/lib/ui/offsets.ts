// Places of blocks of different heights that stand one below the other.

/** Prefix sums over heights in pixels. Immutable: other heights make another one. */
export class Offsets {
  private readonly tops: Float64Array;

  constructor(heights: ArrayLike<number>) {
    this.tops = new Float64Array(heights.length + 1);
    for (let at = 0; at < heights.length; at += 1)
      this.tops[at + 1] = (this.tops[at] ?? 0) + (heights[at] ?? 0);
  }

  get count(): number {
    return this.tops.length - 1;
  }

  /** Height of all blocks. */
  get total(): number {
    return this.tops[this.count] ?? 0;
  }

  /** Where a block begins; the end of all for one past the last. */
  top(index: number): number {
    return this.tops[Math.min(Math.max(0, index), this.count)] ?? 0;
  }

  height(index: number): number {
    return this.top(index + 1) - this.top(index);
  }

  /** The block at a place; the first or last one beyond the ends, -1 when there is none. */
  at(place: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.tops[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return Math.min(low, this.count - 1);
  }

  /** Blocks that touch the window from `top` on, 0-based and end-exclusive, with `over` pixels more on either side. */
  visible(top: number, viewport: number, over: number): { first: number; last: number } {
    if (this.count === 0) return { first: 0, last: 0 };
    return { first: this.at(top - over), last: this.at(top + viewport + over) + 1 };
  }

  /** Where the window must be for a block to be in sight: unmoved if it is. */
  reveal(top: number, viewport: number, index: number): number {
    const start = this.top(index);
    const end = this.top(index + 1);
    if (start < top || end - start > viewport) return start;
    return end > top + viewport ? end - viewport : top;
  }
}
