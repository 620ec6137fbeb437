import { describe, expect, it } from "vitest";
import {
  activate,
  activeTab,
  closeTab,
  neighbour,
  noTabs,
  openTab,
  pinTab,
  reopenClosed,
  type Tabs,
} from "./tabs";

const paths = (tabs: Tabs) => tabs.open.map((tab) => (tab.preview ? `~${tab.path}` : tab.path));
const three = () => ["a", "b", "c"].reduce((tabs, path) => openTab(tabs, path, true), noTabs);

describe("tabs", () => {
  it("a file merely looked at gives way to the next one, in place", () => {
    let tabs = openTab(three(), "x", false);
    tabs = openTab(activate(tabs, "a"), "y", false);
    expect(paths(tabs)).toEqual(["a", "b", "c", "~y"]);
    expect(tabs.active).toBe("y");
  });

  it("a pinned file stays when another is looked at", () => {
    const tabs = openTab(pinTab(openTab(noTabs, "x", false), "x"), "y", false);
    expect(paths(tabs)).toEqual(["x", "~y"]);
  });

  it("opening an open file only goes to it, and pins it if asked", () => {
    const tabs = openTab(openTab(noTabs, "x", false), "x", true);
    expect(paths(tabs)).toEqual(["x"]);
  });

  it("new files open beside the active one", () => {
    expect(paths(openTab(activate(three(), "a"), "x", true))).toEqual(["a", "x", "b", "c"]);
  });

  it("closing goes back to the file read before", () => {
    const tabs = closeTab(activate(activate(three(), "a"), "c"), "c");
    expect(tabs.active).toBe("a");
    expect(closeTab(three(), "a").active).toBe("c");
  });

  it("closing the last leaves none active", () => {
    const tabs = closeTab(openTab(noTabs, "x", true), "x");
    expect(activeTab(tabs)).toBeNull();
  });

  it("closed files come back where they were, latest first", () => {
    let tabs = closeTab(closeTab(three(), "a"), "c");
    tabs = reopenClosed(tabs);
    expect(paths(tabs)).toEqual(["b", "c"]);
    tabs = reopenClosed(tabs);
    expect(paths(tabs)).toEqual(["a", "b", "c"]);
    expect(tabs.active).toBe("a");
    expect(reopenClosed(tabs)).toBe(tabs);
  });

  it("going to the next goes round", () => {
    expect(neighbour(three(), 1)).toBe("a");
    expect(neighbour(activate(three(), "a"), -1)).toBe("c");
    expect(neighbour(noTabs, 1)).toBeNull();
  });
});
