import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { provideBackend, type IBackend, type OpenedFile, type ProjectCard } from "$lib/ipc";
import { forgetDocuments } from "./documents";
import { pathOf, stateOf } from "./fileKey";
import type { PaneView, ReaderPane } from "./pane.svelte";
import { Reading } from "./reading.svelte";

const project = (): ProjectCard => ({
  id: `p${Math.random()}`,
  name: "ferry",
  description: "",
  root_path: "~/ferry",
  repo_url: null,
  languages: [],
  latest: null,
  last_sync: null,
  created_at: "",
  view_state: null,
});

const opened = (path: string, version: number | null, commit: string | null = null): OpenedFile => ({
  document: `${path}@${version ?? commit ?? ""}`,
  path,
  name: path,
  size: "3",
  view: "text",
  language: "Plain text",
  highlighted: false,
  encoding: "UTF-8",
  line_ends: "LF",
  lines: 3,
  from_version: version,
  from_commit: commit,
});

/** A view that notes where it was scrolled to. */
function attached(pane: ReaderPane, top = 1) {
  const scrolls: number[] = [];
  const view: PaneView = {
    goTo: () => undefined,
    place: () => ({ top, line: top, column: 0 }),
    focus: vi.fn(),
    topLine: () => top,
    scrollToLine: (line) => void scrolls.push(line),
  };
  pane.attach(view);
  return { view, scrolls };
}

beforeEach(() => {
  provideBackend({
    openFile: async (_: string, path: string, version: number | null) => opened(path, version),
    openCommitFile: async (_: string, path: string, commit: string) => opened(path, null, commit),
    fileText: async () => "one\ntwo\nthree",
    fileOutline: async () => [],
    fileStructure: async () => ({ folds: [], scopes: [] }),
    lineChanges: async () => null,
    directory: async () => ({ path: "", entries: [], from_version: null }),
    saveViewState: async () => undefined,
  } as unknown as IBackend);
});
afterEach(() => forgetDocuments());

describe("the pane beside", () => {
  it("begins with the same file at the same place, and is the one in front", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    attached(reading.left, 2);
    await reading.openAside();
    expect(reading.right.shown?.path).toBe("a");
    expect(reading.side?.place?.line).toBe(2);
    expect(reading.front).toBe(reading.right);
    expect(reading.sameFile).toBe(true);
  });

  it("opens what is asked for while it is in front, and leaves the tabs alone", async () => {
    const reading = new Reading(project());
    await reading.open("a", { pin: true });
    await reading.openAside();
    await reading.open("b");
    expect([reading.left.shown?.path, reading.right.shown?.path]).toEqual(["a", "b"]);
    expect(reading.tabs.open.map((tab) => tab.path)).toEqual(["a"]);
    await reading.activate("a");
    await reading.open("c");
    expect([reading.left.shown?.path, reading.right.shown?.path]).toEqual(["c", "b"]);
  });

  it("shows the file as another state has it; the tree follows the pane in front", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    await reading.openAside();
    await reading.readState(reading.right, 12);
    expect([stateOf(reading.side?.path ?? ""), pathOf(reading.side?.path ?? "")]).toEqual([12, "a"]);
    expect(reading.version).toBe(12);
    expect(reading.sameFile).toBe(true);
    reading.focused(reading.left);
    expect(reading.version).toBeNull();
    expect(reading.left.shown?.opened?.from_version).toBeNull();
  });

  it("goes back and forward by itself", async () => {
    const reading = new Reading(project());
    await reading.open("a", { pin: true });
    await reading.openAside();
    await reading.open("b");
    await reading.open("c");
    await reading.back();
    expect([reading.left.shown?.path, reading.right.shown?.path]).toEqual(["a", "b"]);
    reading.focused(reading.left);
    expect(reading.front.canGoBack).toBe(false);
  });

  it("closes before the tab does, and gives the focus back", async () => {
    const reading = new Reading(project());
    await reading.open("a", { pin: true });
    const { view } = attached(reading.left);
    await reading.openAside();
    await reading.close();
    expect(reading.side).toBeNull();
    expect(reading.split).toBe(false);
    expect(reading.tabs.open).toHaveLength(1);
    expect(view.focus).toHaveBeenCalled();
  });

  it("needs room: it goes out of sight without it and comes back with it", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    await reading.openAside("b");
    reading.setWide(false);
    expect([reading.split, reading.front === reading.left]).toEqual([false, true]);
    await reading.openAside("c");
    expect(reading.side?.path).toBe("b");
    reading.setWide(true);
    expect(reading.split).toBe(true);
  });

  it("comes back with the view", async () => {
    const card = project();
    const first = new Reading(card);
    await first.open("a", { pin: true });
    await first.openAside();
    await first.readState(first.right, "0f3c2a1");
    first.setShare(0.3);
    first.stop();
    const second = new Reading(card);
    await second.start();
    expect(second.right.shown?.opened?.from_commit).toBe("0f3c2a1");
    expect(second.left.shown?.opened?.from_commit).toBeNull();
    expect(second.share).toBe(0.3);
  });

  it("scrolls along when asked to, without an echo, and only with the same file", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    await reading.openAside();
    const [left, right] = [attached(reading.left, 5), attached(reading.right, 1)];
    reading.scrolled(reading.left, 7.5);
    expect(right.scrolls).toEqual([]);
    reading.focused(reading.left);
    reading.setTogether(true);
    reading.scrolled(reading.left, 7.5);
    reading.scrolled(reading.right, 7.5);
    expect(right.scrolls).toEqual([5, 7.5]);
    expect(left.scrolls).toEqual([]);
    await reading.open("b");
    reading.scrolled(reading.left, 9);
    expect(right.scrolls).toEqual([5, 7.5]);
  });
});
