import { describe, expect, it } from "vitest";
import { refactorJob, sampleFile, sampleMove, sampleProposal } from "../../../dev/refactorSamples";
import { doneAndSkipped, included, sections, splitGroups, totals, tri, withChoice } from "./choices";
import { blockHeight, cards, expectedHunks, hunkLines } from "./layout";
import { shifted, splitLines, unifiedLines } from "./linePieces";
import { globsOf, nameProblem, pathProblem, sectionHint } from "./words";

const { proposal, hunks } = sampleProposal(refactorJob("r1"));
const parts = sections(proposal);

describe("the parts of a proposal", () => {
  it("are by how sure they are, and a file stands in each that it has places of", () => {
    expect(parts.map(({ certainty, ids }) => [certainty, ids.length])).toEqual([
      ["CERTAIN", 10],
      ["PROBABLE", 1],
      ["TEXT", 2],
    ]);
    const manifest = parts.flatMap(({ entries }) => entries).filter(({ path }) => path === "src/manifest.rs");
    expect(manifest.map(({ certainty, ids }) => [certainty, ids])).toEqual([
      ["CERTAIN", [1, 2]],
      ["TEXT", [0]],
    ]);
  });

  it("leave out those without anything, and hold moves and whole files", () => {
    const moved = sections(sampleMove(refactorJob("r6")).proposal);
    expect(moved.map(({ certainty }) => certainty)).toEqual(["CERTAIN"]);
    expect(moved[0]?.entries.map(({ kind, path, to }) => [kind, path, to])).toEqual([
      ["move", "src/walk", "src/tree"],
      ["created", "src/tree/README.md", null],
      ["file", "src/lib.rs", null],
    ]);
  });

  it("say their one reason, and that probable ones are to be read", () => {
    expect(parts[1] && sectionHint(parts[1], "RENAME_SYMBOL")).toBe(
      "A command name sent to the Rust side. Read before keeping.",
    );
    expect(parts[2] && sectionHint(parts[2], "RENAME_SYMBOL")).toContain("no effect on what compiles");
  });

  it("are by what was done once it is", () => {
    const done = doneAndSkipped(parts, new Set([12, 0]));
    expect(done.map(({ title, entries }) => [title, entries.map(({ path }) => path)])).toEqual([
      [
        "Changed files",
        ["src/main.rs", "src/manifest.rs", "src/sync.rs", "tests/round_trip.rs", "web/src/api.ts"],
      ],
      ["Skipped", ["docs/format.md", "src/manifest.rs"]],
    ]);
  });
});

it("stand below each other as in the list: what is certain first, a file once for each", () => {
  const found = cards(proposal.files, (path) =>
    expectedHunks(proposal.files.find((file) => file.path === path)?.edits ?? []),
  );
  const listed = parts.flatMap(({ entries }) => entries.map(({ certainty, path }) => `${certainty} ${path}`));
  expect(found.map(({ certainty, file }) => `${certainty} ${file.path}`)).toEqual(listed);
  expect(found.flatMap(({ hunks }) => hunks.flatMap(({ place }) => place.ids)).length).toBe(13);
});

describe("a choice", () => {
  it("is all, nothing or some", () => {
    expect(tri([1, 2], new Set())).toBe("true");
    expect(tri([1, 2], new Set([2]))).toBe("mixed");
    expect(tri([1, 2], new Set([1, 2, 3]))).toBe("false");
    expect(included([1, 2], new Set([2]))).toBe(1);
  });

  it("leaves everything else as it was", () => {
    const before = new Set([7, 12]);
    expect([...withChoice(before, [1, 2], false)]).toEqual([7, 12, 1, 2]);
    expect([...withChoice(before, [12], true)]).toEqual([7]);
    expect([...before]).toEqual([7, 12]);
  });

  it("counts changes and the files they are in", () => {
    expect(totals(proposal, new Set([12]))).toEqual({ taken: 12, all: 13, files: 5 });
    expect(totals(proposal, new Set())).toEqual({ taken: 13, all: 13, files: 6 });
  });

  it("splits a group only where some of it is in and some out", () => {
    const split = (...out: number[]) =>
      splitGroups(proposal.groups, new Set(out)).map(({ number }) => number);
    expect(split()).toEqual([]);
    expect(split(31)).toEqual([1]);
    expect(split(30, 31, 32)).toEqual([]);
  });
});

describe("hunks", () => {
  it("are expected where edits are, those of the same lines together", () => {
    const { file } = sampleFile("a.rs", 0, [
      { line: 3, text: "parse_manifest(parse_manifest)", reason: "", scope: "" },
      { line: 3, text: "parse_manifest(parse_manifest)", reason: "", scope: "" },
      { line: 9, text: "parse_manifest", reason: "", scope: "" },
    ]);
    expect(expectedHunks(file.edits).map(({ ids, line }) => [ids, line])).toEqual([
      [[0, 1], 3],
      [[2], 9],
    ]);
    const [first, ...others] = file.edits;
    const long = first ? [{ ...first, old: "a\nb\nc" }, ...others.map((edit) => ({ ...edit, line: 5 }))] : [];
    expect(expectedHunks(long)).toHaveLength(1);
  });

  it("are as high as their lines, side by side less", () => {
    const [hunk] = hunks["src/sync.rs"] ?? [];
    const place = { ids: [20], line: 8, hunk: hunk ?? null };
    expect(hunkLines(place, false)).toBe(4);
    expect(hunkLines(place, true)).toBe(3);
    const block = { kind: "hunk", place, index: 0, last: false, file: proposal.files[0] } as never;
    expect(blockHeight(block, false, 20)).toBe(28 + 80);
  });

  it("number the lines around as they are and as they will be", () => {
    const [hunk] = hunks["src/sync.rs"] ?? [];
    if (!hunk) throw new Error("the sample has it");
    const grown = { ...hunk, new: [...hunk.new, { line: 9, text: "", spans: [] }] };
    expect(unifiedLines(grown).map((line) => [line.old, line.new])).toEqual([
      [7, 7],
      [8, null],
      [null, 8],
      [null, 9],
      [9, 10],
    ]);
    expect(splitLines(grown).map(([old, now]) => [old?.old ?? null, now?.new ?? null])).toEqual([
      [7, 7],
      [8, 8],
      [null, 9],
      [9, 10],
    ]);
  });

  it("bring what changes far right in a long line into sight", () => {
    const text = `${"x".repeat(500)}old`;
    const line = shifted({
      kind: "removed",
      old: 1,
      new: null,
      text,
      spans: [[490, 503, 2]],
      marks: [[500, 503]],
    });
    const [[start, end]] = line.marks as [[number, number]];
    expect(line.text.slice(start, end)).toBe("old");
    expect(line.text.startsWith("…x")).toBe(true);
    expect(line.text.length).toBeLessThan(60);
  });
});

describe("what somebody types", () => {
  it.each([
    ["", "A name is needed."],
    ["plan", "That is its name already."],
    ["1st", "A name is made of letters, digits and underscores, and does not begin with a digit."],
    ["two words", "A name is made of letters, digits and underscores, and does not begin with a digit."],
    ["naïve_ß", null],
    ["$store", null],
    ["#hidden", null],
    ["'a", null],
    ["r#type", null],
  ])("as the name %j: %j", (name, problem) => expect(nameProblem(name, "plan")).toBe(problem));

  it.each([
    ["src/tree.rs", null],
    ["/etc/passwd", "Write it from the root of the project, with /."],
    ["src/../x", "A part of the path is empty, . or .."],
    ["src//x", "A part of the path is empty, . or .."],
  ])("as the path %j: %j", (path, problem) => expect(pathProblem(path, "src/walk.rs")).toBe(problem));

  it("as patterns of files, by lines or commas", () => {
    expect(globsOf("src/**, !*.snap\n\n docs ")).toEqual(["src/**", "!*.snap", "docs"]);
  });
});
