import { describe, expect, it } from "vitest";
import type { LineChange, LineChangeKind } from "$lib/ipc";
import { changeAt, changeBeside, describeChange } from "./changes";

const change = (kind: LineChangeKind, first: number, lines: number, old_lines: number): LineChange => ({
  kind,
  first,
  lines,
  old_first: first,
  old_lines,
  old_text: [],
});

const changes = [
  change("added", 3, 2, 0),
  change("removed", 10, 0, 4),
  change("changed", 20, 3, 2),
  change("removed", 31, 0, 1),
];
const LINES = 30;

describe("changed lines", () => {
  it("are found by any of their lines", () => {
    const found = [2, 3, 4, 5, 10, 20, 22, 23].map((line) => changeAt(changes, line, LINES)?.first ?? null);
    expect(found).toEqual([null, 3, 3, null, 10, 20, 20, null]);
  });

  it("that were removed at the end are marked at the last line", () => {
    expect(changeAt(changes, 30, LINES)?.first).toBe(31);
  });

  it("follow one another, going round", () => {
    expect([1, 3, 21, 31].map((line) => changeBeside(changes, line, 1)?.first)).toEqual([3, 10, 31, 3]);
    expect([3, 10, 25, 1].map((line) => changeBeside(changes, line, -1)?.first)).toEqual([31, 3, 20, 31]);
    expect(changeBeside([], 1, 1)).toBeNull();
  });

  it("are told in words", () => {
    expect(changes.map(describeChange)).toEqual([
      "2 lines added",
      "4 lines removed",
      "3 lines in place of 2",
      "1 line removed",
    ]);
  });
});
