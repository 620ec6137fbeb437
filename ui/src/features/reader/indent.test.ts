import { describe, expect, it } from "vitest";
import { guides, indentOf, indentUnit } from "./indent";

describe("indentation", () => {
  it("counts tabs up to their stop", () => {
    expect(["x", "  x", "\tx", "  \tx", "", "   "].map(indentOf)).toEqual([0, 2, 4, 4, null, null]);
  });

  it("is told by most lines", () => {
    expect(indentUnit(["a", "  b", "    c", "d", "  e"])).toBe(2);
    expect(indentUnit(["a", "\tb", "\t\tc"])).toBe(4);
    expect(indentUnit(["/**", " * a", " */", "a {", "    b"])).toBe(4);
    expect(indentUnit([])).toBe(4);
  });

  it("goes on through empty lines as far as both sides agree", () => {
    expect(guides(["a {", "    b {", "        c", "", "    }", "", "}", ""], 4)).toEqual([
      0, 1, 2, 1, 1, 0, 0, 0,
    ]);
    expect(guides(["", "    b"], 4)).toEqual([1, 1]);
  });
});
