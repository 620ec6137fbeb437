import { expect, it } from "vitest";
import { ancestorsOf, isWithin, nameOf, parentOf, shownPath } from "./paths";

it("a path's parent and ancestors end at the root", () => {
  expect(parentOf("src/a/b.rs")).toBe("src/a");
  expect(parentOf("b.rs")).toBe("");
  expect(parentOf("")).toBeNull();
  expect(ancestorsOf("src/a/b.rs")).toEqual(["src", "src/a"]);
});

it("a name that is not UTF-8 keeps its bytes, and its parent becomes text again where it can", () => {
  // "src/" + 0xff + ".c"
  const path = "\x007372632fff2e63";
  expect(parentOf(path)).toBe("src");
  expect(nameOf(path)).toBe("\ufffd.c");
  expect(shownPath(path)).toBe("src/\ufffd.c");
  expect(parentOf("\x00ff2f61")).toBe("\x00ff");
  expect(isWithin(path, "src")).toBe(true);
});

it("a directory is not within one whose name it merely begins with", () => {
  expect(isWithin("srcs/a", "src")).toBe(false);
  expect(isWithin("src/a", "src")).toBe(true);
});
