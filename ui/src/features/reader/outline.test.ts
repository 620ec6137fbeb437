import { expect, it } from "vitest";
import type { OutlineItem } from "$lib/ipc";
import { badge, filterOutline, symbolAt } from "./outline";
import { parseTarget } from "./goTo";

const item = (name: string, line: number, end_line: number, depth: number): OutlineItem => ({
  name,
  kind: "function",
  line,
  end_line,
  depth,
});
const items = [
  item("Plan", 10, 30, 0),
  item("is_empty", 12, 14, 1),
  item("len", 16, 18, 1),
  item("commit", 40, 50, 0),
];

it("the symbol at a line is the innermost one that covers it", () => {
  expect(symbolAt(items, 13)).toBe(1);
  expect(symbolAt(items, 15)).toBe(0);
  expect(symbolAt(items, 35)).toBe(-1);
  expect(symbolAt(items, 40)).toBe(3);
});

it("filtering keeps the symbols around a match", () => {
  expect(filterOutline(items, "LEN").map((one) => one.name)).toEqual(["Plan", "len"]);
  expect(filterOutline(items, " ")).toHaveLength(4);
  expect(filterOutline(items, "zzz")).toEqual([]);
});

it("every kind has a badge, unknown ones their first letter", () => {
  expect(badge("struct")).toEqual({ text: "S", tone: "ty" });
  expect(badge("gizmo").text).toBe("G");
});

it("a line may be typed alone or with a column, and stays within the file", () => {
  expect(parseTarget("42", 100)).toEqual({ line: 42, column: null });
  expect(parseTarget(":42:7", 100)).toEqual({ line: 42, column: 6 });
  expect(parseTarget("4200", 100)).toEqual({ line: 100, column: null });
  expect(parseTarget("0", 100)).toEqual({ line: 1, column: null });
  expect(parseTarget("four", 100)).toBeNull();
});

it("fields are listed only when asked for", () => {
  const withField = [...items.slice(0, 1), { ...item("root", 11, 11, 1), kind: "field" }, ...items.slice(1)];
  expect(filterOutline(withField, "").map((one) => one.name)).toEqual(["Plan", "is_empty", "len", "commit"]);
  expect(filterOutline(withField, "roo").map((one) => one.name)).toEqual(["Plan", "root"]);
});
