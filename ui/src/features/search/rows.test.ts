import { describe, expect, it } from "vitest";
import type { SearchRow } from "$lib/ipc";
import { listKey } from "./listKeys";
import { KEPT_PAGES, PAGE, SearchRows } from "./rows";

const file = (number: number, folded = false): SearchRow => ({
  kind: "file",
  file: number,
  path: `f${number}`,
  hits: 1,
  folded,
});
const hit = (number: number, line: number): SearchRow => ({
  kind: "hit",
  file: number,
  hit: line,
  line,
  text: "x",
  marks: [[0, 1]],
  reason: null,
});
const page = (first: number, rows: SearchRow[], total = rows.length) => ({ first, total, rows });
const key = (name: string) => ({ key: name, ctrlKey: false, altKey: false, metaKey: false });

describe("the rows of a search", () => {
  it("asks for the pages on screen, each once", () => {
    const rows = new SearchRows(5 * PAGE);
    expect(rows.want(PAGE - 1, PAGE + 1)).toEqual({ first: 0, count: PAGE });
    rows.put(page(0, [file(0)]), rows.generation);
    expect(rows.want(PAGE - 1, PAGE + 1)).toEqual({ first: PAGE, count: PAGE });
    rows.put(page(PAGE, [file(1)]), rows.generation);
    expect(rows.want(PAGE - 1, PAGE + 1)).toBeNull();
  });

  it("keeps old rows on screen while newer ones are fetched, and refuses answers from before", () => {
    const rows = new SearchRows(2);
    const before = rows.generation;
    rows.put(page(0, [file(0), hit(0, 7)]), before);
    rows.moved(3);
    expect(rows.row(1)).toEqual(hit(0, 7));
    expect(rows.want(0, 3)).not.toBeNull();
    expect(rows.put(page(0, [file(9)]), before)).toBe(false);
    expect(rows.row(0)).toEqual(file(0));
  });

  it("holds no more than what is near, however many hits there are", () => {
    const rows = new SearchRows(1_000 * PAGE);
    for (let at = 0; at < 100; at += 1)
      rows.put(
        page(
          at * PAGE,
          Array.from({ length: PAGE }, (_, line) => hit(0, line)),
        ),
        rows.generation,
      );
    const held = Array.from({ length: 100 }, (_, at) => rows.row(at * PAGE)).filter(Boolean).length;
    expect(held).toBe(KEPT_PAGES);
    expect(rows.row(99 * PAGE)).toBeDefined();
  });

  it("finds a hit again where it stands now", () => {
    const rows = new SearchRows(4);
    rows.put(page(0, [file(0), hit(0, 1), file(1), hit(1, 8)]), rows.generation);
    expect(rows.indexOf("f1", 8)).toBe(3);
    expect(rows.linesOf("f1")).toEqual([8]);
  });
});

describe("the keys of the tree", () => {
  const rows = new SearchRows(5);
  const around: SearchRow = { kind: "context", file: 0, line: 2, text: "" };
  rows.put(page(0, [file(0), around, hit(0, 3), file(1, true), file(2)]), rows.generation);
  const press = (name: string, chosen: number) => listKey(key(name), rows, chosen, 3);

  it("step over lines that are no matches", () => {
    expect(press("ArrowDown", 0)).toEqual({ do: "choose", index: 2 });
    expect(press("ArrowUp", 2)).toEqual({ do: "choose", index: 0 });
  });

  it("fold, unfold and go to the file", () => {
    expect(press("ArrowLeft", 2)).toEqual({ do: "choose", index: 0 });
    expect(press("ArrowLeft", 0)).toEqual({ do: "fold", file: 0, folded: true });
    expect(press("ArrowRight", 3)).toEqual({ do: "fold", file: 1, folded: false });
    expect(press("Enter", 3)).toEqual({ do: "fold", file: 1, folded: false });
  });

  it("open a match, and lead back to the field", () => {
    expect(press("Enter", 2)).toEqual({ do: "open" });
    expect(press("Escape", 2)).toEqual({ do: "back" });
    expect(press("ArrowUp", 0)).toEqual({ do: "back" });
  });

  it("reach both ends", () => {
    expect(press("End", 0)).toEqual({ do: "choose", index: 4 });
    expect(press("Home", 4)).toEqual({ do: "choose", index: 0 });
    expect(press("PageDown", 4)).toEqual({ do: "choose", index: 4 });
  });
});
