import { describe, expect, it } from "vitest";
import { openTab, noTabs, updateTab } from "./tabs";
import { emptyViewState, readViewState, writeViewState } from "./viewState";

describe("the remembered view of a project", () => {
  it("comes back as it was written", () => {
    let tabs = openTab(openTab(noTabs, "src/a.rs", true), "README.md", false);
    tabs = updateTab(tabs, "src/a.rs", { place: { top: 40, line: 47, column: 22 } });
    tabs = updateTab(tabs, "README.md", { shownAs: "source" });
    const side = { path: "src/b.rs", preview: false, place: null, shownAs: null };
    const state = {
      tabs,
      expanded: ["src", "src/bin"],
      onlyChanged: true,
      side,
      share: 0.4,
      together: true,
      threads: { folded: [["t", false] as [string, boolean]], showResolved: false },
    };
    const read = readViewState(writeViewState(state, "2026-11-22T18:00:00.000Z"));
    expect(read.tabs.open).toEqual(tabs.open);
    expect(read.tabs.active).toBe("README.md");
    expect(read.expanded).toEqual(state.expanded);
    expect(read.onlyChanged).toBe(true);
    expect([read.side, read.share, read.together]).toEqual([side, 0.4, true]);
  });

  it.each([null, "", "{", "[]", "7", '"x"', "null", '{"format":99,"tabs":[{"path":"a"}]}'])(
    "is empty when what was stored is %j",
    (text) => {
      expect(readViewState(text)).toEqual(emptyViewState);
    },
  );

  it("keeps what is sound and drops what is damaged", () => {
    const text = JSON.stringify({
      format: 1,
      tabs: [
        { path: "a", place: { top: -4, line: 1, column: 0 }, shownAs: 3 },
        { path: 5 },
        null,
        { path: "a" },
        { path: "b" },
      ],
      active: "gone",
      expanded: ["src", 9, ""],
      side: { path: 4 },
      share: 7,
    });
    const read = readViewState(text);
    expect(read.tabs.open.map((tab) => tab.path)).toEqual(["a", "b"]);
    expect(read.tabs.open[0]).toEqual({ path: "a", preview: false, place: null, shownAs: null });
    expect(read.tabs.active).toBe("a");
    expect(read.expanded).toEqual(["src"]);
    expect([read.side, read.share]).toEqual([null, 0.5]);
  });
});
