import { describe, expect, it } from "vitest";
import { BLOCKS_KEPT, BLOCK_LINES, SpanBlocks, blockOf, linesOf } from "./spanBlocks";

describe("highlight blocks", () => {
  it("cover every line exactly once", () => {
    expect(linesOf(0, 1000)).toEqual({ first: 1, last: BLOCK_LINES });
    expect(linesOf(7, 1000)).toEqual({ first: 7 * BLOCK_LINES + 1, last: 1000 });
    expect(blockOf(BLOCK_LINES)).toBe(0);
    expect(blockOf(BLOCK_LINES + 1)).toBe(1);
  });

  it("are fetched on screen first, then ahead, then behind, one at a time", () => {
    const blocks = new SpanBlocks(10 * BLOCK_LINES);
    const order: number[] = [];
    for (;;) {
      const block = blocks.next(3 * BLOCK_LINES + 1, 4 * BLOCK_LINES + 5);
      if (block === null) break;
      order.push(block);
      blocks.start(block);
      expect(blocks.next(1, 5)).toBeNull();
      blocks.finish(block, true);
    }
    expect(order).toEqual([3, 4, 5, 2, 6]);
  });

  it("skip what scrolled away while another was under way", () => {
    const blocks = new SpanBlocks(100 * BLOCK_LINES);
    blocks.start(blocks.next(1, 40) ?? -1);
    blocks.finish(0, true);
    expect(blocks.next(50 * BLOCK_LINES + 1, 50 * BLOCK_LINES + 40)).toBe(50);
  });

  it("end at the last line and never ask for the same block twice", () => {
    const blocks = new SpanBlocks(10);
    blocks.start(0);
    blocks.finish(0, true);
    expect(blocks.next(1, 10)).toBeNull();
  });

  it("are tried again after a failure", () => {
    const blocks = new SpanBlocks(10);
    blocks.start(0);
    blocks.finish(0, false);
    expect(blocks.next(1, 10)).toBe(0);
  });

  it("furthest from the screen are let go when there are too many", () => {
    const blocks = new SpanBlocks(10_000 * BLOCK_LINES);
    for (let block = 0; block < BLOCKS_KEPT + 3; block += 1) {
      blocks.start(block);
      blocks.finish(block, true);
    }
    const gone = blocks.evict(BLOCKS_KEPT * BLOCK_LINES);
    expect(gone.sort()).toEqual([0, 1, 2]);
    expect(blocks.size).toBe(BLOCKS_KEPT);
  });
});
