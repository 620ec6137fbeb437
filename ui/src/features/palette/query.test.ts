import { describe, expect, it } from "vitest";
import { parseQuery, spotWords } from "./query";
import { shortenDirectory, splitPath } from "./shorten";

const spot = (line: number, column: number | null = null, last: number | null = null) => ({
  line,
  column,
  last,
});

describe("what is typed into the palette", () => {
  it("is a name unless something says otherwise", () => {
    expect(parseQuery(" sync ")).toEqual({ kind: "all", text: "sync" });
    expect(parseQuery("> sync")).toEqual({ kind: "commands", text: "sync" });
    expect(parseQuery("@Sync")).toEqual({ kind: "symbols", text: "Sync" });
    expect(parseQuery(":12")).toEqual({ kind: "line", spot: spot(12) });
    expect(parseQuery(":0")).toEqual({ kind: "line", spot: null });
  });

  it("names a line, a column or a range of a file", () => {
    expect(parseQuery("a.rs:12")).toEqual({ kind: "file", text: "a.rs", spot: spot(12), state: null });
    expect(parseQuery("a.rs:12:4")).toEqual({ kind: "file", text: "a.rs", spot: spot(12, 4), state: null });
    expect(parseQuery("a.rs#L3-L9")).toEqual({
      kind: "file",
      text: "a.rs",
      spot: spot(3, null, 9),
      state: null,
    });
  });

  it("stays with the file while its line is still to be typed", () =>
    expect(parseQuery("a.rs:")).toEqual({ kind: "file", text: "a.rs", spot: null, state: null }));

  it("reads the links that the reader copies", () => {
    const link = parseQuery("src/a.rs#L3-L9@v12");
    expect(link).toEqual({ kind: "file", text: "src/a.rs", spot: spot(3, null, 9), state: 12 });
    expect(parseQuery("src/a.rs@v12")).toMatchObject({ text: "src/a.rs", state: 12, spot: null });
    expect(parseQuery("src/a.rs#L3@0f3c2a1")).toMatchObject({ spot: spot(3), state: "0f3c2a1" });
  });

  it("tells a symbol of a file from a version and from a scope of npm", () => {
    expect(parseQuery("sync.rs@plan")).toEqual({ kind: "inFile", file: "sync.rs", symbol: "plan" });
    expect(parseQuery("node_modules/@types")).toEqual({ kind: "all", text: "node_modules/@types" });
  });

  it("says where in words", () => {
    expect([spot(3), spot(3, 7), spot(3, null, 9)].map(spotWords)).toEqual([
      "line 3",
      "line 3, column 7",
      "lines 3–9",
    ]);
  });
});

describe("a long path", () => {
  it("keeps both ends, and its marks where they were", () => {
    const path = "crates/workspace/src/view/generated/bindings/deep";
    const at = [0, path.indexOf("deep"), path.indexOf("view")];
    const short = shortenDirectory(
      path,
      at.sort((a, b) => a - b),
      26,
    );
    expect(short.text).toBe("crates/…/bindings/deep");
    expect(short.at.map((unit) => short.text[unit])).toEqual(["c", "d"]);
  });

  it("is left as it is when there is room, its name apart", () => {
    const { name, dir } = splitPath("src/sync.rs", [0, 4, 5], 40);
    expect(name).toEqual({ text: "sync.rs", at: [0, 1] });
    expect(dir).toEqual({ text: "src", at: [0] });
    expect(splitPath("README.md", [0], 40).dir.text).toBe("");
  });
});
