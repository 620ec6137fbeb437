import { describe, expect, it } from "vitest";
import { commitOf, keyOf, pathOf, stateLabel, stateOf, versionOf } from "./fileKey";

const commit = "0f3c2a19de00f1b2c3d4e5f60718293a4b5c6d7e";

describe("what names a file", () => {
  it.each(["a.rs", "src/a.rs", "\u0000ff2f61", "v12/a.rs", "@abc/x"])(
    "gives %j and its state back",
    (path) => {
      for (const state of [null, 12, commit]) {
        const key = keyOf(path, state);
        expect([pathOf(key), stateOf(key)]).toEqual([path, state]);
      }
      expect(keyOf(path, null)).toBe(path);
    },
  );

  it("tells versions from commits, also where a commit is all digits", () => {
    const digits = "1234567890".repeat(4);
    expect([versionOf(keyOf("a", digits)), commitOf(keyOf("a", digits))]).toEqual([null, digits]);
    expect([versionOf(keyOf("a", 7)), commitOf(keyOf("a", 7))]).toEqual([7, null]);
  });

  it("says a state in short", () => {
    expect([null, 12, commit].map(stateLabel)).toEqual(["", "v12", "0f3c2a1"]);
  });
});
