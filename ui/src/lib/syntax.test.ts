import { describe, expect, it } from "vitest";
import { pieces } from "./syntax";

const span = (start: number, end: number, kind: number) => ({ line: 1, start, end, kind });

describe("a line in pieces", () => {
  it("is the line again, with classes where the spans are", () => {
    const line = "fn main() {}";
    const cut = pieces(line, [span(0, 2, 1), span(3, 7, 4)]);
    expect(cut.map((piece) => piece.text).join("")).toBe(line);
    expect(cut.slice(0, 3)).toEqual([
      { text: "fn", className: "k" },
      { text: " ", className: "" },
      { text: "main", className: "f" },
    ]);
  });

  it("leaves out spans that don't fit the text, and unknown classes stay plain", () => {
    expect(pieces("ab", [span(0, 9, 99), span(1, 2, 1), span(5, 9, 1)])).toEqual([
      { text: "ab", className: "" },
    ]);
    expect(pieces("", [span(0, 1, 1)])).toEqual([]);
  });
});
