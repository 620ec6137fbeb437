import { describe, expect, it } from "vitest";
import {
  directionMarks,
  directionName,
  reorderedLines,
  runsFromRight,
  runsRightToLeft,
  withoutDirections,
} from "./bidi";

describe("characters that turn text around", () => {
  const trojan = 'if access != "user\u202e \u2066// Check if admin\u2069 \u2066" {';

  it("are all found and named", () => {
    expect([...trojan.matchAll(directionMarks)].map(([mark]) => directionName(mark))).toEqual([
      "RLO",
      "LRI",
      "PDI",
      "LRI",
    ]);
    expect(directionName("a")).toBeNull();
  });

  it("have no effect where they are drawn as dots, and columns stay", () => {
    expect(withoutDirections(trojan)).toHaveLength(trojan.length);
    expect(withoutDirections(trojan)).toContain('"user• •// Check');
  });

  it("are counted by lines, where they reorder", () => {
    expect(reorderedLines(["a", trojan, "b", trojan])).toEqual({ first: 2, count: 2 });
    expect(reorderedLines(["שלום\u200f", "مرحبا"])).toBeNull();
  });

  it("leave to the first letter where a line begins", () => {
    const lines = ["- שלום ledger", "12: مرحبا", "ledger שלום", "# 42", "", "\u202eabc"];
    expect(lines.map(runsFromRight)).toEqual([true, true, false, false, false, false]);
  });

  it("differ from text that runs from right to left by itself", () => {
    expect(["שלום", "مرحبا", "plan", "値段"].map(runsRightToLeft)).toEqual([true, true, false, false]);
  });
});
