import { foldEffect } from "@codemirror/language";
import { EditorState, Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { Structure } from "../structure";
import { foldData, foldedNow, folding, hiddenBy } from "./folding";
import { setStructure } from "./structureField";

const text = (...lines: string[]) => Text.of(lines);

describe("folding", () => {
  it("keeps the first line and a closing bracket in sight", () => {
    const doc = text("fn a() {", "    b();", "}", "if x:", "    y()");
    expect(hiddenBy(doc, 1, 2)).toEqual({ from: 8, to: doc.line(3).from });
    expect(hiddenBy(doc, 4, 5)).toEqual({ from: doc.line(4).to, to: doc.length });
  });

  it("does not take the bracket of something within for its own", () => {
    const doc = text("{", '  "a": [', "    1", "  ]", "}", "def b(): c(", "    [", "      1", "    ])", "d");
    expect(hiddenBy(doc, 1, 4)).toEqual({ from: 1, to: doc.line(5).from });
    expect(hiddenBy(doc, 2, 3)).toEqual({ from: doc.line(2).to, to: doc.line(4).from + 2 });
    expect(hiddenBy(doc, 6, 9)).toEqual({ from: doc.line(6).to, to: doc.line(9).to });
  });

  it("leaves alone what would hide nothing, or lies outside", () => {
    const doc = text("a {", "}", "b");
    expect([hiddenBy(doc, 2, 2), hiddenBy(doc, 2, 9), hiddenBy(doc, 0, 2)]).toEqual([null, null, null]);
  });

  const data = (records: number, caret = 0) => {
    const lines = ["{", '  "all": ['];
    const folds: [number, number][] = [
      [1, records * 3 + 3],
      [2, records * 3 + 2],
    ];
    for (let at = 0; at < records; at += 1) {
      folds.push([lines.length + 1, lines.length + 2]);
      lines.push("    {", '      "a": 1', "    },");
    }
    const doc = text(...lines, "  ]", "}");
    const state = EditorState.create({ doc, extensions: folding, selection: { anchor: caret } });
    return state.update({ effects: setStructure.of(new Structure({ folds, scopes: [] })) }).state;
  };

  it("is the same when one comes back, also of folds within folds", () => {
    const doc = text(...Array.from({ length: 900 }, (_, at) => `line ${at}`));
    const outer = Array.from({ length: 300 }, (_, at) => ({
      from: doc.line(at * 3 + 1).to,
      to: doc.line(at * 3 + 3).to,
    }));
    const inner = outer.map(({ from, to }) => ({ from: doc.lineAt(from + 1).to, to }));
    const all = [...outer, ...inner].sort((one, other) => one.from - other.from);
    const folded = (ranges: typeof all) =>
      EditorState.create({ doc, extensions: folding }).update({
        effects: ranges.map((range) => foldEffect.of(range)),
      }).state;
    const kept = foldedNow(folded(all));
    expect(kept).toEqual(all);
    expect(foldedNow(folded(kept))).toEqual(all);
  });

  it("shows two levels of large data", () => {
    expect(foldData(data(100), "JSON")).toHaveLength(100);
    expect(foldData(data(20), "JSON")).toHaveLength(0);
    expect(foldData(data(100), "Rust")).toHaveLength(0);
  });

  it("never hides the caret", () => {
    const caret = data(100).doc.line(4).from;
    expect(foldData(data(100, caret), "JSON")).toHaveLength(99);
  });
});
