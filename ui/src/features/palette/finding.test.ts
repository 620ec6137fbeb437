import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeShell, profile, project, sessionState, type FakeShell } from "../../../dev/fake";
import { setSession } from "$features/accounts/session.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { enterProject, resetRoute, route } from "$features/frame/route.svelte";
import { loadProjects, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend } from "$lib/ipc";
import { paletteGone, showPlaces, togglePalette } from "./ask.svelte";
import Palette from "./Palette.svelte";
import { noteRead } from "./recent";

const card = project("ferry");
let shell: FakeShell;

beforeEach(async () => {
  const mira = profile("mira@harbour.example");
  shell = fakeShell({ cards: [card] });
  provideBackend(shell);
  setSession(sessionState({ profiles: [mira], user: mira }));
  await loadProjects();
  enterProject(card.id);
});
afterEach(() => {
  cleanup();
  paletteGone();
  resetRoute();
  resetProjects();
  setSession(sessionState());
  readerSlot.request = null;
  readerSlot.openToSide = null;
});

const field = () => screen.getByRole("combobox") as HTMLInputElement;
const type = (value: string) => fireEvent.input(field(), { target: { value } });
const enter = (more = {}) => fireEvent.keyDown(field(), { key: "Enter", ...more });
const groups = () => screen.getAllByRole("group").map((group) => group.getAttribute("aria-label"));

it("finds files, symbols and commands at once, files first", async () => {
  togglePalette("all");
  render(Palette);
  await type("syn");
  await waitFor(() => expect(groups()).toEqual(["Files", "Symbols"]));
  expect(screen.getAllByRole("option")[0]?.textContent).toContain("sync.rs");
});

it("opens a file at a line, with what was typed last even before it was answered", async () => {
  togglePalette("files");
  render(Palette);
  await type("sync.rs:12:3");
  await enter();
  await waitFor(() => expect(readerSlot.request).toMatchObject({ path: "src/sync.rs", line: 12, column: 2 }));
  expect(route.overlay).toBeNull();
});

it("opens a link in the version that it names", async () => {
  togglePalette("files");
  render(Palette);
  await type("src/gone.rs#L3-L9@v12");
  await enter();
  await waitFor(() =>
    expect(readerSlot.request).toMatchObject({
      path: "src/gone.rs",
      line: 3,
      lastLine: 9,
      version: 12,
    }),
  );
});

it("begins symbols with @, and opens at their names", async () => {
  togglePalette("symbols");
  render(Palette);
  expect(field().value).toBe("@");
  await type("@SyncPl");
  await enter();
  await waitFor(() =>
    expect(readerSlot.request).toMatchObject({ path: "src/sync.rs", line: 15, column: 4, end: 12 }),
  );
});

it("says while symbols are still being read, and how far", async () => {
  togglePalette("symbols");
  render(Palette);
  await type("@par");
  const part = {
    status: "building" as const,
    done: 4,
    total: 10,
    bytes: "0",
    corpus_bytes: "0",
    failure: null,
  };
  shell.say.index({ project_id: card.id, text: part, symbols: part });
  expect(await screen.findByText("Still reading symbols… 40 %")).toBeTruthy();
});

it("offers what was read last before anything is typed", async () => {
  noteRead(card.id, "src/hash.rs");
  togglePalette("files");
  render(Palette);
  await waitFor(() => expect(groups()).toEqual(["Recent files"]));
  expect(screen.getAllByRole("option")[0]?.textContent).toContain("hash.rs");
});

it("opens beside with Ctrl+Enter where there is room, in a tab otherwise", async () => {
  readerSlot.openToSide = vi.fn();
  togglePalette("files");
  render(Palette);
  await type("manifest.rs");
  await waitFor(() => expect(screen.getAllByRole("option").length).toBeGreaterThan(0));
  await enter({ ctrlKey: true });
  await waitFor(() => expect(readerSlot.openToSide).toHaveBeenCalledOnce());
  expect(readerSlot.request).toBeNull();
});

it("keeps what was found while more is typed, and says at last that nothing is", async () => {
  togglePalette("files");
  render(Palette);
  await type("sync");
  await waitFor(() => expect(screen.getAllByRole("option").length).toBeGreaterThan(1));
  const find = shell.findFiles;
  let answer = () => {};
  const held = new Promise<void>((go) => (answer = go));
  shell.findFiles = (...asked) => held.then(() => find(...asked));
  await type("syncqqqq");
  expect(screen.getAllByRole("option").length).toBeGreaterThan(1);
  answer();
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("No file matches “syncqqqq”"));
});

it("searches for a name that has no definition", async () => {
  showPlaces({ name: "ghost", places: [], truncated: false, by_name: true, complete: true }, null);
  render(Palette);
  expect(screen.getByRole("option").textContent).toContain("Search for “ghost”");
  await enter();
  await waitFor(() => expect(route.screen).toBe("search"));
});

it("draws a screen of rows first and more once they are scrolled or walked to", async () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ path: `src/file${n}.rs`, at: [], recent: false }));
  shell.findFiles = async () => ({ files: many, matched: 60, total: 60, version: 1 });
  togglePalette("files");
  render(Palette);
  await type("file");
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(16));
  expect(screen.getByText("60 results")).toBeTruthy();
  const list = screen.getByRole("listbox");
  list.scrollTop = 100;
  await fireEvent.scroll(list);
  expect(screen.getAllByRole("option").length).toBe(56);
  await fireEvent.keyDown(field(), { key: "ArrowUp" });
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(60));
  expect(screen.getAllByRole("option").at(-1)?.getAttribute("aria-selected")).toBe("true");
});
