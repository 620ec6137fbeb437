import { codeFolding, foldEffect } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Blocks, setBlocks, threadBlocks } from "./threadBlocks";

let view: EditorView;
let blocks: Blocks;
let mounted: string[];

beforeEach(() => {
  mounted = [];
  blocks = new Blocks({
    mount: (key, element) => {
      mounted.push(key);
      element.textContent = key;
      return () => void mounted.splice(mounted.indexOf(key), 1);
    },
    height: () => 40,
    measured: () => undefined,
  });
  view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: "one\ntwo\nthree\nfour",
      extensions: [codeFolding(), threadBlocks(blocks)],
    }),
  });
});
afterEach(() => view.destroy());

const show = (...at: [string, number][]) =>
  view.dispatch({ effects: setBlocks.of(at.map(([key, line]) => ({ key, line }))) });
/** Lines and blocks as they follow each other. */
const drawn = () =>
  [...view.contentDOM.children].map((each) => each.textContent?.replace(/unfold|folded code|…/gi, "~") ?? "");

describe("blocks between the lines", () => {
  it("stand below their lines, and above the first where they are about all of them", () => {
    show(["file", 0], ["a", 2], ["b", 2], ["c", 4]);
    expect(drawn()).toEqual(["file", "one", "two", "a", "b", "three", "four", "c"]);
  });

  it("keep their elements while others come, move and go", () => {
    show(["a", 2], ["b", 3]);
    const [a, b] = [blocks.element("a"), blocks.element("b")];
    show(["x", 1], ["a", 2], ["b", 4]);
    expect([blocks.element("a"), mounted.filter((key) => key === "a")]).toEqual([a, ["a"]]);
    expect(drawn()).toEqual(["one", "x", "two", "a", "three", "four", "b"]);
    show(["a", 2]);
    expect(blocks.element("a")).toBe(a);
    expect(mounted).toEqual(["a"]);
    expect(b?.isConnected).toBe(false);
  });

  it("come after what is folded in their line, never in the middle of it", () => {
    show(["a", 1], ["b", 2]);
    view.dispatch({ effects: foldEffect.of({ from: 3, to: view.state.doc.line(3).to }) });
    expect(drawn().slice(1)).toEqual(["a", "b", "four"]);
    expect(drawn()[0]).toMatch(/^one/);
  });

  it("are emptied with the view", () => {
    show(["a", 2]);
    view.destroy();
    blocks.dropAll();
    expect(mounted).toEqual([]);
  });
});
