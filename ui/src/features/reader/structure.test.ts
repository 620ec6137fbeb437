import { describe, expect, it } from "vitest";
import type { FileStructure, ScopeRange } from "$lib/ipc";
import { Structure } from "./structure";

const scope = (name: string, first: number, last: number): ScopeRange => ({
  name,
  first,
  last,
  kind: "function",
});
const names = (scopes: ScopeRange[]) => scopes.map(({ name }) => name).join(" ");

const file = new Structure({
  folds: [
    [1, 20],
    [3, 9],
    [5, 7],
    [11, 19],
    [30, 40],
  ],
  scopes: [scope("Plan", 1, 20), scope("new", 3, 9), scope("len", 11, 19), scope("commit", 30, 40)],
});

describe("the structure of a file", () => {
  it("knows what begins at a line", () => {
    expect([1, 2, 3, 5, 30, 41].map((line) => file.foldFrom(line))).toEqual([20, null, 9, 7, 40, null]);
  });

  it("knows what can be folded around a line, the innermost", () => {
    expect([6, 8, 10, 19, 25].map((line) => file.foldAround(line)?.[0] ?? null)).toEqual([5, 3, 1, 11, null]);
  });

  it("counts levels", () => {
    expect(file.foldsBelow(0)).toHaveLength(5);
    expect(file.foldsBelow(1).map(([first]) => first)).toEqual([3, 5, 11]);
    expect(file.foldsBelow(2)).toEqual([[5, 7]]);
  });

  it("names the scopes above a line, without the one that begins there", () => {
    expect(names(file.scopesAround(1))).toBe("");
    expect(names(file.scopesAround(3))).toBe("Plan");
    expect(names(file.scopesAround(6))).toBe("Plan new");
    expect(names(file.scopesAround(20))).toBe("Plan");
    expect(names(file.scopesAround(25))).toBe("");
    expect(names(file.scopesAt(3))).toBe("Plan new");
  });

  it("lists what lies in a scope", () => {
    expect(names(file.scopesIn(null, 9))).toBe("Plan commit");
    expect(names(file.scopesIn(file.scopesAt(1)[0] ?? null, 9))).toBe("new len");
  });

  it("looks up a line of a hundred thousand in no time", () => {
    const scopes = Array.from({ length: 50_000 }, (_, at) => scope(`f${at}`, at * 2 + 1, at * 2 + 2));
    const folds = scopes.map(({ first, last }): [number, number] => [first, last]);
    const long = new Structure({ folds, scopes } satisfies FileStructure);
    const started = performance.now();
    for (let line = 1; line <= 100_000; line += 10) {
      long.foldFrom(line);
      long.scopesAround(line);
      long.foldAround(line);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});
