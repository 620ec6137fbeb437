import { describe, expect, it } from "vitest";
import { occurrences, wordAt } from "./words";

describe("words", () => {
  const line = "let größe = plan_2(größe, größen); // מספר 値段";

  it("are found by any of their columns, and at their end", () => {
    expect(wordAt(line, 4)?.text).toBe("größe");
    expect(wordAt(line, 9)?.text).toBe("größe");
    expect(wordAt(line, 14)?.text).toBe("plan_2");
    expect(wordAt(line, 11)).toBeNull();
    expect(wordAt(line, line.indexOf("מספר") + 1)?.text).toBe("מספר");
    expect(wordAt(line, line.length)?.text).toBe("値段");
    expect(wordAt("", 0)).toBeNull();
  });

  it("stand elsewhere only as words of their own", () => {
    expect(occurrences(line, "größe", true)).toEqual([4, 19]);
    expect(occurrences(line, "größe", false)).toEqual([4, 19, 26]);
    expect(occurrences("𝑎b ab", "b", true)).toEqual([]);
    expect(occurrences("x".repeat(20_000), "x", false)).toEqual([]);
  });
});
