import { describe, expect, it } from "vitest";
import type { DiffRow } from "$lib/ipc";
import { lineOn } from "./pointing.svelte";
import { RowMap } from "./rowMap";
import { RowStore } from "./rowStore";

const row = (
  kind: DiffRow["kind"],
  old_line: number | null,
  new_line: number | null,
  hidden = 0,
): DiffRow => ({
  kind,
  old_line,
  new_line,
  text: "",
  spans: [],
  marks: [],
  hidden,
  no_newline: false,
});

describe("rows with threads below them", () => {
  it("stand lower by what is below the rows above, and the first by what is above all", () => {
    const map = new RowMap(5, 20, [1], 28, [
      { row: -1, height: 100 },
      { row: 1, height: 50 },
      { row: 3, height: 7 },
    ]);
    expect([0, 1, 2, 3, 4, 5].map((at) => map.top(at))).toEqual([100, 120, 198, 218, 245, 265]);
    expect([0, 1, 2].map((at) => map.heightOf(at))).toEqual([20, 28, 20]);
    expect(map.total).toBe(265);
    expect(map.at(197)).toBe(1);
    expect(map.at(198)).toBe(2);
    expect(map.between(0, 50)).toEqual({ first: 0, last: 1 });
  });

  it("without any are where they were", () => {
    const map = new RowMap(4, 20, [2], 28);
    expect([0, 1, 2, 3, 4].map((at) => map.top(at))).toEqual([0, 20, 40, 68, 88]);
    expect([0, 19, 20, 67, 68, 1000].map((place) => map.at(place))).toEqual([0, 0, 1, 2, 3, 3]);
  });
});

describe("a line of a side", () => {
  const store = new RowStore(6);
  store.put({
    total: 6,
    first: 0,
    rows: [
      row("gap", null, null, 10),
      row("context", 11, 11),
      row("removed", 12, null),
      row("added", null, 12),
      row("added", null, 13),
      row("gap", null, null, 40),
    ],
  });

  it("is found by its number, in the gap that hides it, or not at all", () => {
    expect([1, 10, 11, 12, 13, 52].map((line) => store.rowOf("old", line))).toEqual([0, 0, 1, 2, 5, 5]);
    expect([11, 12, 13, 14, 53, 54].map((line) => store.rowOf("new", line))).toEqual([1, 3, 4, 5, 5, -1]);
  });

  it("stands for its row: the new one where there is one, unless the column is the old side's", () => {
    expect(lineOn(row("context", 11, 14), "both")).toEqual({ side: "new", line: 14 });
    expect(lineOn(row("context", 11, 14), "old")).toEqual({ side: "old", line: 11 });
    expect(lineOn(row("removed", 12, null), "both")).toEqual({ side: "old", line: 12 });
    expect(lineOn(row("removed", 12, null), "new")).toBeNull();
    expect(lineOn(row("gap", null, null, 3), "both")).toBeNull();
  });
});
