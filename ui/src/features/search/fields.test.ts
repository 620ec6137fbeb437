import { describe, expect, it } from "vitest";
import { asksSame, emptyFields, globsOf, patternProblem } from "./fields";
import { markedPieces } from "./pieces";
import { QueryHistory } from "./queryHistory";

describe("the files to search", () => {
  it("are globs between commas, left out with !", () => {
    expect(globsOf("src/**, *.{ts,svelte} , !tests/,!")).toEqual({
      include: ["src/**", "*.{ts,svelte}"],
      exclude: ["tests/"],
    });
    expect(globsOf("  ")).toEqual({ include: [], exclude: [] });
  });

  it("ask the same when they only look different", () =>
    expect(asksSame({ ...emptyFields, files: "a,b" }, { ...emptyFields, files: " a , b " })).toBe(true));
});

describe("a bad pattern", () => {
  const failure = (message: string) => ({ code: "BAD_PATTERN", message, hint: null });
  it("is shown where it goes wrong", () => {
    const told = failure("regex parse error:\n    foo(bar\n       ^\nerror: unclosed group");
    expect(patternProblem(told, "foo(bar")).toEqual({ message: "Unclosed group", at: 3 });
  });

  it("counts within what was typed, not within what was made of it", () => {
    const told = failure("regex parse error:\n    (?:foo()\n       ^\nerror: unclosed group");
    expect(patternProblem(told, "foo(").at).toBe(0);
  });

  it("is told without a place when none is drawn", () =>
    expect(patternProblem(failure("too large"), "x")).toEqual({ message: "too large", at: null }));
});

it("a line is drawn from its text on, with every match marked", () => {
  expect(
    markedPieces("    let a = a;", [
      [8, 9],
      [12, 13],
    ]),
  ).toEqual([
    { text: "let ", marked: false },
    { text: "a", marked: true },
    { text: " = ", marked: false },
    { text: "a", marked: true },
    { text: ";", marked: false },
  ]);
  const cut = (room: number) =>
    markedPieces("pub fn folio(book: &Book) -> Option<&Entry> {", [[37, 42]], room)
      .map(({ text }) => text)
      .join("");
  expect(cut(42)).toBe("pub fn folio(book: &Book) -> Option<&Entry> {");
  expect(cut(40)).toBe("…ook) -> Option<&Entry> {");
  expect(markedPieces("    x", [[2, 5]])[0]).toEqual({ text: "  x", marked: true });
});

describe("earlier searches", () => {
  const history = new QueryHistory();
  history.note("alpha");
  history.note("be");
  history.note("beta");

  it("come back with the arrows, without what they grew out of", () => {
    expect(history.walk("", 1)).toBe("beta");
    expect(history.walk("beta", 1)).toBe("alpha");
    expect(history.walk("alpha", 1)).toBeNull();
    expect(history.walk("alpha", -1)).toBe("beta");
    expect(history.walk("beta", -1)).toBe("");
  });

  it("leave alone what is being typed", () => expect(history.walk("something", 1)).toBeNull());
});
