import { describe, expect, it } from "vitest";
import type { TreeEntry } from "$lib/ipc";
import { TreeModel, type TreeRow } from "./tree";
import { TypeAhead, treeKey } from "./treeKeys";

function entry(
  path: string,
  kind: TreeEntry["kind"] = "file",
  change: TreeEntry["change"] = null,
): TreeEntry {
  return { name: path.slice(path.lastIndexOf("/") + 1), path, kind, size: "0", ignored: false, change };
}

function names(model: TreeModel): string[] {
  return Array.from({ length: model.count }, (_, index) => label(model.rowAt(index)));
}

function label(row: TreeRow | undefined): string {
  if (!row) return "nothing";
  return "  ".repeat(row.depth) + (row.kind === "entry" ? row.entry.name : row.kind);
}

/** docs/, src/{bin/{a.rs}, lib.rs (modified)}, README.md */
function sample(): TreeModel {
  const model = new TreeModel();
  model.setEntries(
    "",
    [entry("docs", "directory"), entry("src", "directory", "modified"), entry("README.md")],
    null,
  );
  model.expand("src");
  model.setEntries("src", [entry("src/bin", "directory"), entry("src/lib.rs", "file", "modified")], null);
  model.expand("src/bin");
  model.setEntries("src/bin", [entry("src/bin/a.rs")], null);
  return model;
}

describe("the rows of a tree", () => {
  it("list an expanded directory's entries under it, each level deeper", () => {
    expect(names(sample())).toEqual(["docs", "src", "  bin", "    a.rs", "  lib.rs", "README.md"]);
  });

  it("are found by path at the position where they are listed", () => {
    const model = sample();
    for (const path of ["docs", "src", "src/bin", "src/bin/a.rs", "src/lib.rs", "README.md"]) {
      const row = model.rowAt(model.indexOf(path));
      expect(row?.kind === "entry" && row.entry.path).toBe(path);
    }
    expect(model.indexOf("src/missing.rs")).toBe(-1);
  });

  it("know their place among their siblings", () => {
    const row = sample().rowAt(4);
    expect(row).toMatchObject({ place: 2, siblings: 2, depth: 1 });
  });

  it("come back as they were when a parent is closed and opened again", () => {
    const model = sample();
    const before = names(model);
    model.collapse("src");
    expect(names(model)).toEqual(["docs", "src", "README.md"]);
    expect(model.expand("src")).toBe(false);
    expect(names(model)).toEqual(before);
  });

  it("stay put while a directory loads, and say so only when it takes long", () => {
    const model = sample();
    expect(model.expand("docs")).toBe(true);
    model.startLoading("docs");
    expect(model.count).toBe(6);
    model.markSlow("docs");
    expect(names(model).slice(0, 2)).toEqual(["docs", "  loading"]);
    model.setEntries("docs", [], null);
    expect(names(model).slice(0, 2)).toEqual(["docs", "  empty"]);
  });

  it("show the error of a directory in its place", () => {
    const model = sample();
    model.expand("docs");
    model.setFailure("docs", { code: "UNREADABLE", message: "docs can't be read.", hint: null });
    expect(model.rowAt(1)).toMatchObject({ kind: "failed", dir: "docs" });
    model.setEntries("docs", [entry("docs/x.md")], null);
    expect(names(model).slice(0, 2)).toEqual(["docs", "  x.md"]);
  });

  it("keep what is expanded through a refresh that moves entries, and drop what is gone", () => {
    const model = sample();
    model.setEntries("", [entry("aaa", "directory"), entry("src", "directory"), entry("README.md")], null);
    expect(names(model)).toEqual(["aaa", "src", "  bin", "    a.rs", "  lib.rs", "README.md"]);
    model.setEntries("", [entry("README.md")], null);
    expect(model.expandedPaths()).toEqual([]);
  });

  it("can be only the changed ones", () => {
    const model = sample();
    model.setOnlyChanged(true);
    expect(names(model)).toEqual(["src", "  lib.rs"]);
    model.setOnlyChanged(false);
    expect(model.count).toBe(6);
  });

  it("are counted, found and expanded quickly with 100,000 entries in one folder", () => {
    const model = new TreeModel();
    model.setEntries(
      "",
      Array.from({ length: 100_000 }, (_, at) => entry(`f${at}`, at % 2 ? "file" : "directory")),
      null,
    );
    const start = performance.now();
    model.expand("f50000");
    model.setEntries("f50000", [entry("f50000/x")], null);
    expect(model.count).toBe(100_001);
    expect(label(model.rowAt(50_001))).toBe("  x");
    expect(model.indexOf("f99999")).toBe(100_000);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("remember what was expanded in an earlier session and ask for it once the parent is there", () => {
    const model = new TreeModel(["src", "src/bin"]);
    model.setEntries("", [entry("src", "directory")], null);
    expect(model.missingDirectories()).toEqual(["src"]);
    model.setEntries("src", [entry("src/bin", "directory")], null);
    expect(model.missingDirectories()).toEqual(["src/bin"]);
  });
});

describe("keys in the tree", () => {
  it("Right opens a closed directory, then goes to its first entry", () => {
    const model = sample();
    expect(treeKey(model, 0, "ArrowRight", 10)).toEqual({ do: "expand", path: "docs" });
    expect(treeKey(model, 1, "ArrowRight", 10)).toEqual({ do: "focus", index: 2 });
    expect(treeKey(model, 5, "ArrowRight", 10)).toBeNull();
  });

  it("Left closes an open directory, and goes to the parent from anything else", () => {
    const model = sample();
    expect(treeKey(model, 1, "ArrowLeft", 10)).toEqual({ do: "collapse", path: "src" });
    expect(treeKey(model, 3, "ArrowLeft", 10)).toEqual({ do: "focus", index: 2 });
    expect(treeKey(model, 4, "ArrowLeft", 10)).toEqual({ do: "focus", index: 1 });
    expect(treeKey(model, 5, "ArrowLeft", 10)).toBeNull();
  });

  it("stop at the ends", () => {
    const model = sample();
    expect(treeKey(model, 5, "ArrowDown", 10)).toEqual({ do: "focus", index: 5 });
    expect(treeKey(model, 0, "ArrowUp", 10)).toEqual({ do: "focus", index: 0 });
    expect(treeKey(model, 2, "PageDown", 10)).toEqual({ do: "focus", index: 5 });
    expect(treeKey(model, 2, "End", 10)).toEqual({ do: "focus", index: 5 });
  });

  it("Enter opens a file and toggles a directory", () => {
    const model = sample();
    expect(treeKey(model, 5, "Enter", 10)).toEqual({ do: "open", path: "README.md" });
    expect(treeKey(model, 1, "Enter", 10)).toEqual({ do: "collapse", path: "src" });
  });

  it("letters find names, a repeated letter cycles, and a pause starts over", () => {
    const model = sample();
    const ahead = new TypeAhead();
    expect(ahead.type(model, 0, "s", 0)).toBe(1);
    expect(ahead.type(model, 1, "r", 100)).toBe(1);
    expect(ahead.type(model, 1, "R", 2000)).toBe(5);
    expect(ahead.type(model, 5, "z", 4000)).toBe(-1);
    const cycle = new TypeAhead();
    expect(cycle.type(model, 1, "a", 0)).toBe(3);
    expect(cycle.type(model, 3, "a", 100)).toBe(3);
  });
});
