import { describe, expect, it } from "vitest";
import { sampleCommits, sampleReferences } from "../../../dev/history";
import { commitKey } from "./commitKeys";
import { noCommit, pairOf, parentSide, pickCommit, pickCommitToo, pickPair, swapPair } from "./commitPicks";
import { bodyOf, initials, messageParts } from "./commitWords";
import { referenceOf, referenceRows, stepReference } from "./references.svelte";

const places = ["new", "middle", "old"];
const placeOf = (id: string) => places.indexOf(id);

describe("picking commits", () => {
  it("puts the older one on the old side, in whichever order they were picked", () => {
    const downwards = pickCommitToo(pickCommit("new"), "old", placeOf);
    const upwards = pickCommitToo(pickCommit("old"), "new", placeOf);
    expect(pairOf(downwards)).toEqual({ old: { id: "old" }, new: { id: "new" } });
    expect(pairOf(upwards)).toEqual(pairOf(downwards));
    expect(pairOf(swapPair(upwards))).toEqual({ old: { id: "new" }, new: { id: "old" } });
  });

  it("lets go of one that is picked again, and of the one picked longest ago for a third", () => {
    const two = pickCommitToo(pickCommit("new"), "old", placeOf);
    expect(pickCommitToo(two, "new", placeOf).commits).toEqual([{ id: "old" }]);
    expect(pickCommitToo(two, "middle", placeOf).commits).toEqual([{ id: "old" }, { id: "middle" }]);
    expect(pickCommitToo(pickCommit("new"), "new", placeOf).commits).toEqual([{ id: "new" }]);
    expect(pickCommitToo(noCommit, "new", placeOf).commits).toEqual([{ id: "new" }]);
  });

  it("goes by the order of picking where a place isn't known", () => {
    expect(pairOf(pickCommitToo(pickCommit("elsewhere"), "new", placeOf))?.old.id).toBe("elsewhere");
    expect(pairOf(pickPair({ id: "a", name: "main" }, { id: "b" }))?.old.name).toBe("main");
    expect(pairOf(pickCommit("new"))).toBeNull();
  });

  it("compares with the parent asked for, and a first commit with nothing", () => {
    expect(parentSide(["p1", "p2"], 1)).toEqual({ kind: "commit", commit: "p2" });
    expect(parentSide(["p1"], 3)).toEqual({ kind: "commit", commit: "p1" });
    expect(parentSide([], 0)).toEqual({ kind: "empty" });
  });
});

describe("words", () => {
  it.each([
    ["Mira Quay", "MQ"],
    ["Ó Briain-Fernández de la Torre, Maximiliana", "ÓM"],
    ["سمير الحداد", "سا"],
    ["渡辺", "渡"],
    ["dependabot[bot]", "D"],
    ["  ", "?"],
  ])("makes initials of %s", (name, short) => expect(initials(name)).toBe(short));

  it("makes links of commits only", () => {
    const id = "0f3c2a1e77aa0f3c2a1e77aa0f3c2a1e77aa0f3c";
    const parts = messageParts(
      `Reverts ${id} and (1b0c7fc). See https://x.example/9b1d44c, #1234567, defaced, 12345678 and a1b2c3.`,
    );
    expect(parts.filter(({ commit }) => commit).map(({ text }) => text)).toEqual([id, "1b0c7fc"]);
    expect(parts.map(({ text }) => text).join("")).toContain("https://x.example/9b1d44c, #1234567");
  });

  it("tells the body of a message from its first line", () => {
    expect(bodyOf("One\n\nTwo\nthree\n")).toBe("Two\nthree");
    expect(bodyOf("One")).toBe("");
  });
});

describe("keys of the list", () => {
  const key = (name: string, at: number, extra = {}) =>
    commitKey(
      { key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...extra },
      at,
      10_000,
      12,
    );

  it("move by rows, pages and to the ends, and stay within the list", () => {
    expect(key("ArrowDown", 9_999)).toEqual({ do: "focus", index: 9_999 });
    expect(key("PageUp", 5)).toEqual({ do: "focus", index: 0 });
    expect(key("PageDown", 5)).toEqual({ do: "focus", index: 17 });
    expect(key("End", 0)).toEqual({ do: "focus", index: 9_999 });
  });

  it("show, pick a second one, filter and open the menu", () => {
    expect(key("Enter", 0)).toEqual({ do: "show" });
    expect(key(" ", 0)).toEqual({ do: "toggle" });
    expect(key("/", 0)).toEqual({ do: "filter" });
    expect(key("F10", 0, { shiftKey: true })).toEqual({ do: "menu" });
    expect(key("ArrowDown", 0, { ctrlKey: true })).toBeNull();
  });
});

describe("branches and tags", () => {
  const references = sampleReferences(sampleCommits(200));

  it("stand under headings, the current branch first", () => {
    const rows = referenceRows(references, "");
    expect(rows.flatMap((row) => (row.kind === "heading" ? [row.text] : []))).toEqual([
      "Branches",
      "Remote branches",
      "Tags",
    ]);
    expect(referenceOf(rows[1])?.name).toBe("main");
  });

  it("are found by every word of name, message and author", () => {
    const names = (filter: string) =>
      referenceRows(references, filter).flatMap((row) => referenceOf(row)?.name ?? []);
    expect(names("harbour master")).toEqual(["v2.1.0"]);
    expect(names("ORIGIN release")).toEqual(["origin/release/2.1"]);
    expect(names("no such thing")).toEqual([]);
  });

  it("are walked through without stopping at headings", () => {
    const rows = referenceRows(references, "v2");
    expect(rows[0]?.kind).toBe("heading");
    expect(stepReference(rows, 1, "ArrowUp", 5)).toBe(1);
    expect(stepReference(rows, 1, "End", 5)).toBe(rows.length - 1);
    expect(stepReference(rows, 1, "x", 5)).toBeNull();
    const all = referenceRows(references, "");
    const last = all.findIndex((row) => row.kind === "heading" && row.text === "Remote branches") - 1;
    expect(stepReference(all, last, "ArrowDown", 5)).toBe(last + 2);
  });
});
