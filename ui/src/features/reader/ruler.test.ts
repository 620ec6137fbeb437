import { describe, expect, it } from "vitest";
import { lineAtPixel, lineForClick, pixelOf, rulerMarks } from "./ruler";

const changed = (...ranges: [number, number][]) => [
  { kind: "changed" as const, ranges: ranges.map(([first, last]) => ({ first, last })) },
];

describe("the ruler", () => {
  it("places lines in proportion to the file", () => {
    expect([1, 51, 100].map((line) => pixelOf(line, 100, 500))).toEqual([0, 250, 495]);
    expect([0, 250, 499, 900, -4].map((pixel) => lineAtPixel(pixel, 100, 500))).toEqual([1, 51, 100, 100, 1]);
  });

  it("draws a single line of very many so that it is seen", () => {
    expect(rulerMarks(changed([50_000, 50_000]), 100_000, 800)).toEqual([
      { kind: "changed", from: 399, to: 402 },
    ]);
  });

  it("draws no more marks than there is room for", () => {
    const every = Array.from({ length: 50_000 }, (_, at): [number, number] => [at * 2 + 1, at * 2 + 1]);
    const marks = rulerMarks(changed(...every), 100_000, 800);
    expect(marks).toEqual([{ kind: "changed", from: 0, to: expect.any(Number) as number }]);
    const sparse = rulerMarks(changed(...every.filter((_, at) => at % 100 === 0)), 100_000, 800);
    expect(sparse.length).toBeLessThan(400);
  });

  it("goes to the mark that was meant, else to the place itself", () => {
    const marked = changed([700, 710]);
    expect(lineForClick(346, marked, 1000, 500)).toBe(700);
    expect(lineForClick(352, marked, 1000, 500)).toBe(700);
    expect(lineForClick(100, marked, 1000, 500)).toBe(201);
  });
});
