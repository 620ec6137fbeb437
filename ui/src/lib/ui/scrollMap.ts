// Scrolling through more rows than a browser can make an element tall.

/** Engines cap element heights between 16 and 33 million pixels; well below all of them. */
export const TALLEST = 8_000_000;

/** Maps between places in the real height of a list and the scroll position of the element that stands for it. */
export class ScrollMap {
  constructor(
    readonly rows: number,
    readonly rowHeight: number,
    /** Height of the window onto the list, in pixels. */
    readonly viewport: number,
    /** Room after the last row, in pixels. */
    readonly tail = 0,
  ) {}

  /** Height of all rows, in pixels, however large. */
  get realHeight(): number {
    return this.rows * this.rowHeight + this.tail;
  }

  /** Height to give the element that scrolls. */
  get shownHeight(): number {
    return Math.min(this.realHeight, TALLEST);
  }

  /** The furthest real place the window can be at. */
  get end(): number {
    return Math.max(0, this.realHeight - this.viewport);
  }

  /** True when element and list differ in height, so wheel and keys must be scaled by hand. */
  get scaled(): boolean {
    return this.realHeight > TALLEST;
  }

  clamp(top: number): number {
    return Math.min(Math.max(0, top), this.end);
  }

  /** The scroll position that stands for a real place. */
  toScroll(top: number): number {
    const range = this.shownHeight - this.viewport;
    return this.scaled && this.end > 0 ? (this.clamp(top) / this.end) * range : this.clamp(top);
  }

  /** The real place a scroll position stands for. */
  toReal(scroll: number): number {
    const range = this.shownHeight - this.viewport;
    return this.scaled && range > 0 ? this.clamp((scroll / range) * this.end) : this.clamp(scroll);
  }

  /** Rows on screen at a real place, 0-based and end-exclusive, with `over` more on either side. */
  visible(top: number, over: number): { first: number; last: number } {
    const first = Math.max(0, Math.floor(top / this.rowHeight) - over);
    const last = Math.min(this.rows, Math.ceil((top + this.viewport) / this.rowHeight) + over);
    return { first, last: Math.max(first, last) };
  }

  /** Where to be so that a row is on screen: unmoved if it is, just enough if near, centred if far. */
  reveal(top: number, row: number, align: "nearest" | "start" | "center" = "nearest"): number {
    const start = row * this.rowHeight;
    const end = start + this.rowHeight;
    if (align === "start" || this.viewport < this.rowHeight) return this.clamp(start);
    const centred = this.clamp(start - (this.viewport - this.rowHeight) / 2);
    if (align === "center") return centred;
    if (start >= top && end <= top + this.viewport) return top;
    if (start < top) return this.clamp(start);
    return this.clamp(end - this.viewport);
  }
}
