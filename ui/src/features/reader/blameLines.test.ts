import { describe, expect, it } from "vitest";
import type { Blame } from "$lib/ipc";
import { BlameLines, OLDEST } from "./blameLines";

const commit = (id: string, authored_at: string) => ({
  id,
  summary: id,
  author: "Ada",
  email: "",
  authored_at,
  previous: null,
});
const hunk = (first: number, lines: number, at: number | null) => ({
  first,
  lines,
  commit: at,
  original_first: first,
  original_path: "a",
});
const blame: Blame = {
  commits: [
    commit("old", "2020-01-01T00:00:00Z"),
    commit("mid", "2023-01-01T00:00:00Z"),
    commit("new", "2026-01-01T00:00:00Z"),
  ],
  hunks: [hunk(1, 4, 0), hunk(5, 1, 2), hunk(6, 10, 1), hunk(16, 2, null)],
};

describe("blame by line", () => {
  const lines = new BlameLines(blame);

  it("finds the commit of every line and where its part begins", () => {
    expect([1, 4, 5, 6, 15].map((line) => lines.at(line)?.commit?.id)).toEqual([
      "old",
      "old",
      "new",
      "mid",
      "mid",
    ]);
    expect([1, 4, 5, 6, 15].map((line) => lines.at(line)?.isFirst)).toEqual([true, false, true, true, false]);
    expect(lines.at(16)?.commit).toBeNull();
    expect(lines.at(18)).toBeNull();
  });

  it("tells old from new", () => {
    expect([1, 6, 5, 16].map((line) => lines.at(line)?.age)).toEqual([OLDEST, 3, 0, 0]);
  });

  it("of one commit is all new", () => {
    const one = new BlameLines({ commits: blame.commits.slice(0, 1), hunks: [hunk(1, 1, 0)] });
    expect(one.at(1)?.age).toBe(0);
  });
});
