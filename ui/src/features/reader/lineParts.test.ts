import { expect, it } from "vitest";
import { splitAtMatches } from "./lineParts";

const at = (start: number, end: number) => ({ line: 1, start, end });

it("a line is cut at its matches and nothing is lost", () => {
  const parts = splitAtMatches("let a = a;", [at(4, 5), at(8, 9)], 1);
  expect(parts.map((part) => part.text).join("")).toBe("let a = a;");
  expect(parts.filter((part) => part.match).map((part) => part.now)).toEqual([false, true]);
});

it("matches beyond the part of the line that is shown are left out", () => {
  expect(splitAtMatches("abc", [at(2, 9), at(50, 60)], 0).map((part) => part.text)).toEqual(["ab", "c"]);
  expect(splitAtMatches("", [], -1)).toEqual([]);
});
