// Which blocks of lines have their highlight spans, and which to ask for next.

export const BLOCK_LINES = 128;
/** Blocks held before those furthest from the screen are let go. */
export const BLOCKS_KEPT = 240;

/** The block a 1-based line lies in. */
export function blockOf(line: number): number {
  return Math.floor((line - 1) / BLOCK_LINES);
}

/** The 1-based lines of a block, both inclusive. */
export function linesOf(block: number, lines: number): { first: number; last: number } {
  return { first: block * BLOCK_LINES + 1, last: Math.min((block + 1) * BLOCK_LINES, lines) };
}

/** Keeps count of the blocks of one document. Nothing is queued: what to fetch is decided when there is room to fetch it. */
export class SpanBlocks {
  private readonly ready = new Set<number>();
  private pending: number | null = null;

  constructor(readonly lines: number) {}

  get busy(): boolean {
    return this.pending !== null;
  }

  has(block: number): boolean {
    return this.ready.has(block);
  }

  get size(): number {
    return this.ready.size;
  }

  /** The next block worth fetching for the lines on screen: those first, then one ahead, then one behind. Null while busy or done. */
  next(first: number, last: number, downwards = true): number | null {
    if (this.pending !== null) return null;
    const from = blockOf(Math.max(1, first));
    const to = blockOf(Math.max(1, last));
    const onScreen = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    const around = downwards ? [to + 1, from - 1, to + 2] : [from - 1, to + 1, from - 2];
    const final = blockOf(Math.max(1, this.lines));
    return (
      [...onScreen, ...around].find((block) => block >= 0 && block <= final && !this.ready.has(block)) ?? null
    );
  }

  start(block: number): void {
    this.pending = block;
  }

  finish(block: number, ok: boolean): void {
    if (this.pending === block) this.pending = null;
    if (ok) this.ready.add(block);
  }

  /** Lets go of the blocks furthest from a line and names them. */
  evict(line: number): number[] {
    const excess = this.ready.size - BLOCKS_KEPT;
    if (excess <= 0) return [];
    const here = blockOf(line);
    const gone = [...this.ready].sort((a, b) => Math.abs(b - here) - Math.abs(a - here)).slice(0, excess);
    for (const block of gone) this.ready.delete(block);
    return gone;
  }
}
