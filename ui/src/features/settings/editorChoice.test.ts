import { describe, expect, it } from "vitest";
import { editorOptions, editorProblem, OWN_COMMAND } from "./editorChoice";

const found = [{ name: "VS Code", command: "code --goto {path}:{line}" }];
const labels = (chosen: string, writing = false) =>
  editorOptions(found, chosen, writing).map(({ label }) => label);

describe("the editor to open files in", () => {
  it("is one of those found, or a command of one's own", () => {
    expect(labels("")).toEqual(["The first found: VS Code", "VS Code", "Another command…"]);
    expect(labels("kak +{line} {path}")).toContain("kak");
    expect(labels("kak +{line} {path}", true)).not.toContain("kak");
    expect(editorOptions([], "", false).map(({ value }) => value)).toEqual(["", OWN_COMMAND]);
  });

  it("needs a program and a place for the file", () => {
    expect(editorProblem("code {path}")).toBeNull();
    expect(["", "code", "{path}"].map((command) => editorProblem(command) !== null)).toEqual([
      true,
      true,
      true,
    ]);
  });
});
