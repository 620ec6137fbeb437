import { describe, expect, it } from "vitest";
import { signaturePieces } from "./signature";

const line = (number: number, text: string, ...spans: [number, number, number][]) => ({
  line: number,
  text,
  spans,
});
const together = (cut: ReturnType<typeof signaturePieces>) => cut.map(({ text }) => text).join("");
const coloured = (cut: ReturnType<typeof signaturePieces>) =>
  cut.filter(({ className }) => className).map(({ text, className }) => `${className} ${text}`);

describe("a signature in colours", () => {
  it("has those of the lines it is from, wherever it begins and over several lines", () => {
    const lines = [
      line(7, "/// Plans.", [0, 10, 3]),
      line(8, "    pub fn plan(", [4, 7, 1], [8, 10, 1], [11, 15, 4]),
      line(9, "        root: &Path,", [15, 19, 5]),
      line(10, "    ) -> Plan {", [9, 13, 5], [14, 15, 7]),
    ];
    const signature = "pub fn plan(\n        root: &Path,\n    ) -> Plan";
    const cut = signaturePieces(signature, lines);
    expect(together(cut)).toBe(signature);
    expect(coloured(cut)).toEqual(["k pub", "k fn", "f plan", "y Path", "y Plan"]);
  });

  it("keeps its own line ends", () => {
    const signature = "fn a(\r\n)";
    const cut = signaturePieces(signature, [line(1, "fn a(", [0, 2, 1]), line(2, ") {")]);
    expect(together(cut)).toBe(signature);
    expect(coloured(cut)).toEqual(["k fn"]);
  });

  it("is cut where a colour reaches beyond it", () => {
    const cut = signaturePieces("x: string", [line(1, "const x: string", [0, 5, 1], [4, 7, 9])]);
    expect(together(cut)).toBe("x: string");
    expect(coloured(cut)).toEqual(["ma x"]);
  });

  it("stays as it is where its lines are not known or are others", () => {
    for (const lines of [null, [], [line(1, "something else", [0, 9, 1])]])
      expect(signaturePieces("fn plan()", lines)).toEqual([{ text: "fn plan()", className: "" }]);
    expect(together(signaturePieces("", [line(1, "fn plan()", [0, 2, 1])]))).toBe("");
  });
});
