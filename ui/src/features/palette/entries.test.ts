import { describe, expect, it, vi } from "vitest";
import { project } from "../../../dev/fake";
import { paletteGroups, type PaletteSource } from "./entries";
import { fuzzyFit, runs } from "./fuzzy";

const source = (more: Partial<PaletteSource> = {}): PaletteSource => ({
  commands: [
    { id: "sync", title: "Sync project", group: "Sync", keys: ["Ctrl+Shift+S"], run: vi.fn() },
    { id: "settings", title: "Settings", group: "Everywhere", run: vi.fn() },
    { id: "rail", title: "Rail entry 1", group: "Everywhere", hidden: true, run: vi.fn() },
    { id: "listed", title: "Move in the tree", group: "Files" },
  ],
  projects: [project("ferry"), project("inkwell")],
  openProjectId: null,
  openProject: vi.fn(),
  goToLine: null,
  ...more,
});
const titles = (typed: string, more?: Partial<PaletteSource>) =>
  paletteGroups(typed, source(more)).map((group) => [
    group.title,
    ...group.entries.map((entry) => entry.title),
  ]);

it("tells files read lately from others, as long as nothing is typed", () => {
  const file = (path: string, recent: boolean) => ({ path, at: [], recent });
  const files = { files: [file("a.rs", true), file("b.rs", false)], matched: 2, total: 2, version: 1 };
  const found = { files } as unknown as NonNullable<PaletteSource["found"]>;
  expect(titles("", { mode: "files", found })).toEqual([
    ["Recent files", "a.rs"],
    ["Files", "b.rs"],
  ]);
  expect(titles("a", { mode: "files", found })).toEqual([["Files", "a.rs", "b.rs"]]);
});

describe("fuzzyFit", () => {
  it("takes letters in order only", () => {
    expect(fuzzyFit("Sync project", "spr")).not.toBeNull();
    expect(fuzzyFit("Sync project", "prs")).toBeNull();
  });

  it("prefers whole words to scattered letters", () => {
    const whole = fuzzyFit("Sync project", "sync")?.score ?? 0;
    const scattered = fuzzyFit("Show any nice corner", "sync")?.score ?? 0;
    expect(whole).toBeGreaterThan(scattered);
  });

  it("prefers the beginnings of words", () => {
    expect(fuzzyFit("Verify the latest version", "vlv")?.at).toEqual([0, 11, 18]);
  });

  it("tells which letters to mark", () => {
    expect(runs("Sync project", fuzzyFit("Sync project", "syn")?.at ?? [])).toEqual([
      { text: "Syn", matched: true },
      { text: "c project", matched: false },
    ]);
  });
});

describe("the palette", () => {
  it("offers projects and runnable commands", () => {
    expect(titles("")).toEqual([
      ["Projects", "ferry", "inkwell"],
      ["Commands", "Sync project", "Settings"],
    ]);
  });

  it("leaves out the project that is open", () => {
    expect(titles("", { openProjectId: "project-ferry" })[0]).toEqual(["Projects", "inkwell"]);
  });

  it("narrows to commands with >", () => {
    expect(titles("> settings")).toEqual([["Commands", "Settings"]]);
  });

  it("goes to a line with : where there are lines", () => {
    const goToLine = vi.fn();
    const [group] = paletteGroups(":120", source({ goToLine }));
    void group?.entries[0]?.run();
    expect(goToLine).toHaveBeenCalledWith(120);
    expect(titles(":120")).toEqual([]);
    expect(titles(":0", { goToLine })).toEqual([]);
    expect(titles(":x", { goToLine })).toEqual([]);
  });

  it("has nothing for nonsense", () => expect(titles("qqqq")).toEqual([]));
});
