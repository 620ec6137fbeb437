import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { provideBackend, type IBackend, type OpenedFile, type ProjectCard } from "$lib/ipc";
import { forgetDocuments } from "./documents";
import { stateOf } from "./fileKey";
import type { PaneView } from "./pane.svelte";
import { Reading } from "./reading.svelte";

let disk: Map<string, { stamp: number; text: string }>;
let stored: string[];

function project(view_state: string | null = null): ProjectCard {
  const empty = { repo_url: null, languages: [], latest: null, last_sync: null, created_at: "" };
  return {
    id: `p${Math.random()}`,
    name: "ferry",
    description: "",
    root_path: "~/ferry",
    view_state,
    ...empty,
  };
}

function opened(path: string): OpenedFile {
  const file = disk.get(path);
  if (!file) throw { code: "FILE_MISSING", message: `${path} is not there`, hint: "Refresh the tree." };
  return {
    document: `${path}@${file.stamp}`,
    path,
    name: path,
    size: String(file.text.length),
    view: "text",
    language: path.endsWith(".md") ? "Markdown" : "Plain text",
    highlighted: false,
    encoding: "UTF-8",
    line_ends: "LF",
    lines: file.text.split("\n").length,
    from_version: null,
    from_commit: null,
  };
}

function pane(top = 1): PaneView & { went: number[]; at: { top: number; line: number; column: number } } {
  const made = { went: [] as number[], at: { top, line: top, column: 0 } };
  return {
    ...made,
    goTo: (line) => void made.went.push(line),
    place: () => made.at,
    focus: () => undefined,
  };
}

beforeEach(() => {
  stored = [];
  disk = new Map(["a", "b", "c", "r.md"].map((path) => [path, { stamp: 1, text: "one\ntwo\nthree" }]));
  provideBackend({
    openFile: async (_: string, path: string) => opened(path),
    openCommitFile: async (_: string, path: string, commit: string) => ({
      ...opened(path),
      document: `${path}@${commit}`,
      from_commit: commit,
    }),
    fileText: async (document: string) => disk.get(document.split("@")[0] ?? "")?.text ?? "",
    renderMarkdown: async () => ({ html: "<p>one</p>" }),
    fileOutline: async () => [],
    fileStructure: async () => ({ folds: [[1, 3]], scopes: [] }),
    lineChanges: () => Promise.reject({ code: "NOT_BUILT", message: "", hint: null }),
    directory: async () => ({ path: "", entries: [], from_version: null }),
    findInDocument: async () => ({ matches: [{ line: 2, start: 0, end: 3 }], truncated: false }),
    saveViewState: async (_: string, text: string) => void stored.push(text),
  } as unknown as IBackend);
});

afterEach(() => {
  forgetDocuments();
  vi.useRealTimers();
});

describe("reading", () => {
  it("shows the file asked for last, whichever answers last", async () => {
    const reading = new Reading(project());
    await Promise.all([reading.open("a"), reading.open("b")]);
    expect(reading.shown?.path).toBe("b");
  });

  it("keeps the old content until the new one is there", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    const next = reading.open("b");
    expect(reading.shown?.path).toBe("a");
    await next;
    expect(reading.shown?.path).toBe("b");
  });

  it("says what is wrong with a file that cannot be opened, and shows it once it can", async () => {
    const reading = new Reading(project());
    await reading.open("gone");
    expect(reading.shown?.failure?.code).toBe("FILE_MISSING");
    disk.set("gone", { stamp: 1, text: "back" });
    await reading.recheck();
    expect(reading.shown?.opened?.path).toBe("gone");
  });

  it("replaces changed bytes silently and keeps the place", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    reading.front.attach(pane(3));
    disk.set("a", { stamp: 2, text: "new\ntwo\nthree" });
    await reading.recheck();
    expect(reading.shown?.opened?.document).toBe("a@2");
    expect(reading.tabs.open[0]?.place).toEqual({ top: 3, line: 3, column: 0 });
  });

  it("opens what was asked for, also when the folder is looked at in between", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    const opening = reading.open("b");
    const looking = reading.recheck();
    await Promise.all([opening, looking]);
    expect(reading.shown?.path).toBe("b");
  });

  it("does not bring a file back that was left while it was looked at again", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    disk.set("a", { stamp: 2, text: "newer" });
    const looking = reading.recheck();
    const opening = reading.open("b");
    await Promise.all([looking, opening]);
    expect(reading.shown?.path).toBe("b");
  });

  it("leaves an unchanged file alone when looking again", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    const before = reading.shown;
    await reading.recheck();
    expect(reading.shown).toBe(before);
  });

  it("keeps a deleted file on screen and says that it is gone", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    disk.delete("a");
    await reading.recheck();
    expect(reading.shown?.opened?.path).toBe("a");
    expect(reading.front.stale?.code).toBe("FILE_MISSING");
    disk.set("a", { stamp: 1, text: "one\ntwo\nthree" });
    await reading.recheck();
    expect(reading.front.stale).toBeNull();
  });

  it("goes back to the file and line left, and forward again", async () => {
    const reading = new Reading(project());
    await reading.open("a", { pin: true });
    reading.front.cursor = { line: 40, column: 2, selected: 0 };
    await reading.open("b", { pin: true });
    await reading.back();
    expect(reading.shown?.path).toBe("a");
    expect(reading.tabs.open.find((tab) => tab.path === "a")?.place?.line).toBe(40);
    await reading.forward();
    expect(reading.shown?.path).toBe("b");
    expect(reading.front.canGoForward).toBe(false);
  });

  it("shows Markdown as a page, and as source once turned", async () => {
    const reading = new Reading(project());
    await reading.open("r.md");
    expect(reading.shown?.content?.kind).toBe("markdown");
    await reading.front.turn();
    expect(reading.shown?.content?.kind).toBe("text");
    expect(reading.tabs.open[0]?.shownAs).toBe("source");
  });

  it("turns a page to its source to find something in it", async () => {
    const reading = new Reading(project());
    await reading.open("r.md");
    await reading.front.showFind();
    expect(reading.shown?.content?.kind).toBe("text");
    expect(reading.find.open).toBe(true);
  });

  it("finds as one types and goes to the match", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    const view = pane();
    reading.front.attach(view);
    await reading.front.showFind();
    reading.find.change({ query: "two" }, { line: 1, column: 0 });
    await vi.waitFor(() => expect(reading.find.count).toBe("1 of 1"));
    expect(view.went).toEqual([2]);
  });

  it("stores the view a moment after the last change, once", async () => {
    vi.useFakeTimers();
    const reading = new Reading(project());
    await reading.open("a");
    await reading.open("b", { pin: true });
    await vi.advanceTimersByTimeAsync(2000);
    expect(stored).toHaveLength(1);
    expect(JSON.parse(stored[0] ?? "")).toMatchObject({ format: 1, active: "b" });
  });

  it("comes back as it was left, even before the projects are listed again", async () => {
    const card = project();
    const first = new Reading(card);
    await first.open("a", { pin: true });
    await first.open("b", { pin: true });
    first.stop();
    const second = new Reading(card);
    await second.start();
    expect(second.tabs.open.map((tab) => tab.path)).toEqual(["a", "b"]);
    expect(second.shown?.path).toBe("b");
  });

  it("opens a file of a commit at a place, as a tab of its own, and leads back to the folder", async () => {
    const reading = new Reading(project());
    await reading.open("a", { pin: true });
    const request = { version: null, commit: "0f3c2a1", path: "a", line: 2, column: 1, end: 3 };
    await reading.take(request);
    expect(reading.shown?.opened?.from_commit).toBe("0f3c2a1");
    expect(reading.tabs.open.map((tab) => stateOf(tab.path))).toEqual([null, "0f3c2a1"]);
    const view = pane();
    reading.front.attach(view);
    expect(view.went).toEqual([2]);
    expect(reading.version).toBeNull();
    await reading.backToFolder();
    expect(reading.shown?.opened?.from_commit).toBeNull();
  });

  it("selects the lines that a link names, whether the file is open already or not", async () => {
    const reading = new Reading(project());
    await reading.start();
    const selected: (number | undefined)[][] = [];
    const view = {
      ...pane(),
      goTo: (line: number, _: number, __?: number, last?: number) => void selected.push([line, last]),
    };
    await reading.take({ version: null, path: "a", line: 1, lastLine: 2 });
    reading.left.attach(view);
    await reading.take({ version: null, path: "a", line: 2, lastLine: 3 });
    expect(selected).toEqual([
      [1, 2],
      [2, 3],
    ]);
    reading.stop();
  });

  it("a file of a commit comes back with the view", async () => {
    const card = project();
    const first = new Reading(card);
    await first.open("a", { state: "0f3c2a1", pin: true });
    first.stop();
    const second = new Reading(card);
    await second.start();
    expect(second.shown?.opened?.from_commit).toBe("0f3c2a1");
  });

  it("knows what can be folded, and does without what the shell can't tell", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    await vi.waitFor(() => expect(reading.front.structure?.folds).toEqual([[1, 3]]));
    expect(reading.front.changes).toBeNull();
  });

  it("with the last tab closed nothing is in front", async () => {
    const reading = new Reading(project());
    await reading.open("a");
    await reading.close();
    expect(reading.shown).toBeNull();
    await reading.reopen();
    expect(reading.shown?.path).toBe("a");
  });
});
