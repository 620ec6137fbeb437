import { describe, expect, it } from "vitest";
import { versionCard } from "../../../dev/versions";
import { keyOf, pathOf, versionOf } from "$features/reader/fileKey";
import { nothingPicked, pick, pickAlso, sidesOf, swap } from "./picking";
import { matchesWords, timelineRows } from "./timelineRows";
import { timelineKey } from "./timelineKeys";
import { commonFolder, countsInWords, dayOf, originOf, versionTitle } from "./words";

const before = (point: number | "folder") => (point === "folder" ? 42 : point === 1 ? null : point - 1);
const v = (version: number) => ({ kind: "version", version }) as const;

describe("what is compared", () => {
  it("is a version with the one before it, the first with nothing", () => {
    expect(sidesOf(pick(42), before)).toEqual({ old: v(41), new: v(42) });
    expect(sidesOf(pick(1), before)).toEqual({ old: { kind: "empty" }, new: v(1) });
    expect(sidesOf(pick("folder"), before)).toEqual({ old: v(42), new: { kind: "working_tree" } });
    expect(sidesOf(nothingPicked, before)).toBeNull();
  });

  it("waits until it is known which version came before", () => {
    expect(sidesOf(pick(5), () => undefined)).toBeNull();
  });

  it("is any two, the older one first whichever was picked first, until swapped", () => {
    const two = pickAlso(pick(12), 40);
    expect(sidesOf(two, before)).toEqual({ old: v(12), new: v(40) });
    expect(sidesOf(pickAlso(pick(40), 12), before)).toEqual({ old: v(12), new: v(40) });
    expect(sidesOf(swap(two), before)).toEqual({ old: v(40), new: v(12) });
    expect(sidesOf(pickAlso(pick(3), "folder"), before)?.new).toEqual({ kind: "working_tree" });
  });

  it("lets the one picked longest ago go for a third, and one of two when picked again", () => {
    expect(pickAlso(pickAlso(pick(1), 2), 3).points).toEqual([2, 3]);
    expect(pickAlso(pickAlso(pick(1), 2), 2).points).toEqual([1]);
    expect(pickAlso(pick(1), 1).points).toEqual([1]);
  });
});

describe("a version is called", () => {
  it("by its label, what it was kept for, its commit, or what changed", () => {
    expect(versionTitle(versionCard(1, { label: "Before the move", commit_summary: "x" }))).toBe(
      "Before the move",
    );
    expect(versionTitle(versionCard(1, { undo_point: "Restore of v3" }))).toBe("Before restore of v3");
    expect(versionTitle(versionCard(1, { commit_summary: "Fix it" }))).toBe("Fix it");
    const counts = { added: 0, changed: 1, removed: 0 };
    expect(versionTitle(versionCard(1, { ...counts, paths: ["src/main.rs"] }))).toBe("src/main.rs");
    const three = { ...counts, changed: 3, paths: ["src/a.rs", "src/b/c.rs", "src/d.rs"] };
    expect(versionTitle(versionCard(1, three))).toBe("3 files in src");
    expect(versionTitle(versionCard(1, { ...counts, changed: 12, paths: ["src/a.rs"] }))).toBe("12 files");
    expect(versionTitle(versionCard(1, { ...counts, changed: 0, paths: [] }))).toBe("No file changed");
    expect(versionTitle(versionCard(1, { added: 38, changed: 0, removed: 0, paths: ["a"] }))).toBe(
      "38 files",
    );
  });

  it("by the deepest folder that holds all of it", () => {
    expect(commonFolder(["a/b/c.rs", "a/b/d/e.rs"])).toBe("a/b");
    expect(commonFolder(["a/b.rs", "ab/c.rs"])).toBe("");
    expect(commonFolder([])).toBe("");
  });

  it("with its counts and its origin in words", () => {
    expect(countsInWords({ added: 1, changed: 2, removed: 0 })).toBe("1 file added, 2 changed, 0 removed");
    expect(originOf(versionCard(42, { trigger: "WATCH", commit: "0f3c2a1eeee" }))).toBe(
      "Synced by watching, main at 0f3c2a1",
    );
    expect(originOf(versionCard(42, { trigger: "OPEN", branch: null, commit: null }))).toBe(
      "Synced on opening",
    );
  });
});

describe("the timeline", () => {
  const now = new Date("2026-11-22T12:00:00");
  const at = (day: string) => new Date(`2026-${day}T09:00:00`).toISOString();
  const cards = [
    versionCard(4, { created_at: at("11-22") }),
    versionCard(3, { created_at: at("11-21") }),
    versionCard(2, { created_at: at("11-21") }),
    versionCard(1, { created_at: at("11-01") }),
  ];
  const rows = timelineRows(cards, true, now);

  it("has the folder on top and versions under their days", () => {
    const shown = rows.map((row) =>
      row.kind === "day" ? row.text : row.kind === "version" ? row.card.version : row.kind,
    );
    expect(shown).toEqual(["folder", 4, "Yesterday", 3, 2, "1 Nov", 1, "more"]);
    expect(dayOf(at("11-19"), now)).toBe("Thursday");
  });

  it("is walked by arrows, over the days", () => {
    const press = (key: string, index: number) =>
      timelineKey({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false }, rows, index, 300);
    expect(press("ArrowDown", 1)).toEqual({ do: "focus", index: 3 });
    expect(press("ArrowUp", 3)).toEqual({ do: "focus", index: 1 });
    expect(press("End", 0)).toEqual({ do: "focus", index: 6 });
    expect(press("Home", 6)).toEqual({ do: "focus", index: 0 });
    expect(press("PageDown", 0)).toEqual({ do: "focus", index: 3 });
    expect(press("ArrowDown", 6)).toBeNull();
    expect(press(" ", 1)).toEqual({ do: "toggle" });
    expect(press("Enter", 1)).toEqual({ do: "show" });
    expect(press("x", 1)).toBeNull();
  });

  it("is filtered by every word, over label, commit, branch and paths", () => {
    const card = versionCard(7, { label: "First pass", branch: "feat/x", paths: ["web/App.tsx"] });
    for (const words of ["first", "FEAT app", "v7 pass", "0f3c2a1"])
      expect(matchesWords(card, words)).toBe(true);
    expect(matchesWords(card, "first missing")).toBe(false);
  });
});

it("a file as of a version has a name of its own, whatever its path", () => {
  for (const path of ["src/a.rs", "\0ff2f61", "v12/x", "a"]) {
    expect([pathOf(path), versionOf(path)]).toEqual([path, null]);
    const key = keyOf(path, 12);
    expect(key).not.toBe(path);
    expect([pathOf(key), versionOf(key)]).toEqual([path, 12]);
    expect(keyOf(path, null)).toBe(path);
  }
});
