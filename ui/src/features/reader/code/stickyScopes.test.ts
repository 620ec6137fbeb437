import { describe, expect, it } from "vitest";
import { Structure } from "../structure";
import { stickyLines } from "./stickyScopes";

const scope = (name: string, first: number, last: number) => ({ name, first, last, kind: "function" });
const structure = new Structure({
  folds: [],
  scopes: [
    scope("mod", 1, 100),
    scope("impl", 10, 60),
    scope("fn", 20, 30),
    scope("inner", 22, 28),
    scope("next", 31, 40),
  ],
});
/** Rows of one line each, scrolled to `top`; with a fraction the first is cut. */
const shown = (top: number) =>
  stickyLines(structure, (rows) => ({ line: Math.floor(top) + rows, cut: top % 1 > 0 })).map(
    ({ name }) => name,
  );

describe("the header of scopes", () => {
  it("holds what is around the first line in sight, three rows at most", () => {
    expect(shown(1)).toEqual([]);
    expect(shown(5)).toEqual(["mod"]);
    expect(shown(15)).toEqual(["mod", "impl"]);
    expect(shown(24)).toEqual(["mod", "impl", "fn"]);
  });

  it("speaks of the line below it, not of one it hides", () => {
    expect(shown(29)).toEqual(["mod", "impl"]);
    expect(shown(60)).toEqual(["mod"]);
    expect(shown(98)).toEqual(["mod"]);
    expect(shown(101)).toEqual([]);
  });

  it("takes over a line that is going out of sight", () => {
    expect(shown(10)).toEqual(["mod", "impl"]);
    expect(shown(1.5)).toEqual(["mod"]);
  });
});
