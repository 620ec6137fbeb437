import { describe, expect, it } from "vitest";
import { describeCount, found, matchesOnLines, nothingFound, stepMatch } from "./findModel";

const matches = [
  { line: 2, start: 4, end: 6 },
  { line: 2, start: 10, end: 12 },
  { line: 7, start: 0, end: 2 },
];

describe("find in file", () => {
  it("starts at the first match from the cursor on, going round at the end", () => {
    expect(found(matches, false, { line: 1, column: 0 }).current).toBe(0);
    expect(found(matches, false, { line: 2, column: 5 }).current).toBe(1);
    expect(found(matches, false, { line: 7, column: 0 }).current).toBe(2);
    expect(found(matches, false, { line: 9, column: 0 }).current).toBe(0);
    expect(found([], false, { line: 1, column: 0 }).current).toBe(-1);
  });

  it("goes round in both directions", () => {
    const last = found(matches, false, { line: 7, column: 0 });
    expect(stepMatch(last, 1).current).toBe(0);
    expect(stepMatch(stepMatch(last, 1), -1).current).toBe(2);
    expect(stepMatch(nothingFound, 1)).toBe(nothingFound);
  });

  it("names the matches on the lines on screen", () => {
    expect(matchesOnLines(matches, 2, 6)).toEqual({ from: 0, to: 2 });
    expect(matchesOnLines(matches, 3, 6)).toEqual({ from: 2, to: 2 });
    expect(matchesOnLines(matches, 1, 99)).toEqual({ from: 0, to: 3 });
  });

  it("says how many there are", () => {
    expect(describeCount(found(matches, false, { line: 2, column: 5 }), "x")).toBe("2 of 3");
    expect(describeCount(found(matches, true, { line: 1, column: 0 }), "x")).toBe("1 of 3+");
    expect(describeCount(nothingFound, "x")).toBe("No matches");
    expect(describeCount(nothingFound, "")).toBe("");
  });
});
