import { describe, expect, it } from "vitest";
import type { DiffFile, DiffRow } from "$lib/ipc";
import { fakeDiffFile, fileRows, sampleFiles } from "../../../dev/diffs";
import { lineParts } from "./lineParts";
import { RowMap } from "./rowMap";
import { PAGE, RowStore } from "./rowStore";
import { splitRows } from "./splitRows";
import { kindChips, sidesTitle, sizes } from "./words";

const row = (kind: DiffRow["kind"], old: number | null, now: number | null, hidden = 0): DiffRow => ({
  kind,
  old_line: old,
  new_line: now,
  text: `${kind} ${old ?? now}`,
  marks: [],
  spans: [],
  hidden,
  no_newline: false,
});

describe("rows", () => {
  const map = new RowMap(10, 20, [0, 4], 28);

  it("are of one height but for the gaps", () => {
    expect([0, 1, 4, 5, 10].map((index) => map.top(index))).toEqual([0, 28, 88, 116, 216]);
    expect(map.total).toBe(216);
  });

  it("are found by place", () => {
    for (let index = 0; index < 10; index += 1) {
      expect(map.at(map.top(index))).toBe(index);
      expect(map.at(map.top(index + 1) - 1)).toBe(index);
    }
  });

  it("between two places are those the window shows, none when it shows none", () => {
    expect(map.between(30, 60)).toEqual({ first: 1, last: 3 });
    expect(map.between(-80, -10)).toEqual({ first: 0, last: 0 });
    expect(map.between(900, 950)).toEqual({ first: 0, last: 0 });
  });
});

describe("rows that are fetched", () => {
  it("are asked for once, a page at a time, and only where the window is", () => {
    const store = new RowStore(200_000);
    expect(store.ask(150_010, 150_050)).toEqual([{ first: 150_000, count: PAGE }]);
    expect(store.ask(150_010, 150_050)).toEqual([]);
    store.forget(150_000);
    expect(store.ask(150_010, 150_050)).toHaveLength(1);
  });

  it("move down when a gap opens, which is named by the new line it begins with", () => {
    const store = new RowStore(4);
    const rows = [
      row("context", 1, 1),
      row("gap", null, null, 30),
      row("context", 32, 32),
      row("added", null, 33),
    ];
    store.put({ first: 0, total: 4, rows });
    expect(store.open(1)).toBe(true);
    expect(store.expanded).toEqual([2]);
    expect(store.total).toBe(33);
    expect(store.row(1)).toBeUndefined();
    expect(store.row(31)).toEqual(rows[2]);
    expect(store.row(32)).toEqual(rows[3]);
  });

  it("at the start are opened by line 1; what is no gap can't be opened", () => {
    const store = new RowStore(2);
    store.put({ first: 0, total: 2, rows: [row("gap", null, null, 9), row("context", 10, 10)] });
    expect(store.open(1)).toBe(false);
    expect(store.open(0)).toBe(true);
    expect(store.expanded).toEqual([1]);
  });

  it("agree with what is sent when a gap is opened", () => {
    const file = sampleFiles.find(({ path }) => path === "src/sync.rs");
    if (!file) throw new Error("the sample lacks src/sync.rs");
    const rows = fileRows(file, []);
    const store = new RowStore(rows.length);
    store.put({ first: 0, total: rows.length, rows });
    store.open(store.gaps()[0] ?? -1);
    const opened = fileRows(file, store.expanded);
    expect(store.total).toBe(opened.length);
    for (let at = 0; at < opened.length; at += 1)
      if (store.row(at)) expect(store.row(at)).toEqual(opened[at]);
  });
});

describe("side by side", () => {
  it("what came stands beside what it replaced, and nothing beside what has no counterpart", () => {
    const rows = [
      row("context", 1, 1),
      row("removed", 2, null),
      row("removed", 3, null),
      row("added", null, 2),
      row("added", null, 3),
      row("added", null, 4),
      row("gap", null, null, 5),
      row("added", null, 10),
    ];
    expect(splitRows(rows)).toEqual([
      { left: 0, right: 0 },
      { left: 1, right: 3 },
      { left: 2, right: 4 },
      { left: null, right: 5 },
      { left: 6, right: 6 },
      { left: null, right: 7 },
    ]);
  });

  it("every row stands on its side, in order", () => {
    for (const file of sampleFiles) {
      const rows = fileRows(file, []);
      const split = splitRows(rows);
      const side = (of: "left" | "right", kind: DiffRow["kind"]) =>
        split.map((pair) => pair[of]).filter((at): at is number => at !== null && rows[at]?.kind !== kind);
      const expected = (kind: DiffRow["kind"]) => rows.flatMap((one, at) => (one.kind === kind ? [] : [at]));
      expect(side("left", "added")).toEqual(expected("added"));
      expect(side("right", "removed")).toEqual(expected("removed"));
    }
  });
});

it("a line is cut at its colours, and changed words are held together", () => {
  const parts = lineParts({
    text: "let a = call(1);",
    spans: [
      [0, 3, 1],
      [8, 12, 4],
      [13, 14, 6],
    ],
    marks: [[6, 14]],
  });
  expect(parts.map(({ changed, pieces }) => [changed, pieces.map(({ text }) => text).join("")])).toEqual([
    [false, "let a "],
    [true, "= call(1"],
    [false, ");"],
  ]);
  expect(parts[1]?.pieces.map(({ className }) => className)).toEqual(["", "f", "", "o"]);
  expect(lineParts({ text: "", spans: [], marks: [] })).toEqual([]);
});

it("what differs is said in words", () => {
  const file = (path: string) =>
    fakeDiffFile(sampleFiles.find((one) => one.path === path) ?? { path, old: null, now: null }, 0);
  const chips = (path: string) => kindChips(file(path)).map(({ text }) => text);
  expect(chips("src/walk/mod.rs")).toEqual(["Renamed from src/walk.rs"]);
  expect(chips("scripts/sync.sh")).toEqual(["Mode 644 to 755"]);
  expect(chips("web/src/VersionList.tsx")).toEqual(["New file"]);
  expect(chips("src/old_walk.rs")).toEqual(["Removed"]);
  expect(sizes({ old_size: "1000", new_size: "2000" } as DiffFile)).toBe("1.0 KB to 2.0 KB");
  expect(sidesTitle({ kind: "version", version: 41 }, { kind: "version", version: 42 })).toBe("v41 to v42");
  expect(sidesTitle({ kind: "version", version: 4 }, { kind: "working_tree" })).toBe("v4 to working copy");
  expect(sidesTitle({ kind: "working_tree" }, { kind: "version", version: 4 })).toBe("Working copy to v4");
  expect(sidesTitle({ kind: "empty" }, { kind: "version", version: 1 })).toBe("All of v1");
});
