import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, failure, profile, project, sessionState, type FakeShell } from "../../../dev/fake";
import { setSession } from "$features/accounts/session.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { enterProject, resetRoute, route, showSearch } from "$features/frame/route.svelte";
import { paletteAsk, paletteGone } from "$features/palette/ask.svelte";
import { loadProjects, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend } from "$lib/ipc";
import { registerCommands, runCommand } from "$lib/keys/commands.svelte";
import { findingCommands } from "./commands";
import SearchScreen from "./SearchScreen.svelte";
import { currentSearch, openSearch, searchOf } from "./searches.svelte";

vi.mock("./PreviewCode.svelte", async () => import("./SearchNothing.svelte"));

const card = project("ferry");
/** Each test is somebody else's: what one searched for is remembered. */
let people = 0;
let shell: FakeShell;
let end: () => void;

beforeEach(async () => {
  const mira = profile(`mira-${(people += 1)}@harbour.example`);
  shell = fakeShell({ cards: [card] });
  // The preview's text is another feature's; here its file is not there.
  shell.openFile = () => Promise.reject(failure("FILE_MISSING", "It is not in the folder."));
  provideBackend(shell);
  setSession(sessionState({ profiles: [mira], user: mira }));
  await loadProjects();
  enterProject(card.id);
  showSearch();
  end = registerCommands(findingCommands);
});
afterEach(() => {
  end();
  cleanup();
  paletteGone();
  resetRoute();
  resetProjects();
  setSession(sessionState());
  readerSlot.request = null;
  readerSlot.wordAtCaret = null;
});

const field = () => screen.getByRole("textbox", { name: "Search ferry" });
const type = (query: string) => fireEvent.input(field(), { target: { value: query } });
const said = () => screen.getAllByRole("status").map((one) => one.textContent?.trim());
async function searched(query: string) {
  render(SearchScreen, { project: card });
  await type(query);
  return screen.findByRole("tree", { name: "Matches" });
}
async function violations() {
  const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
  const report = await axe.run(document.body, { rules });
  return report.violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
}

describe("the search screen", () => {
  it("lists what is found in a tree and says how much", async () => {
    const tree = await searched("parse_manifest");
    expect(said()).toContain("11 matches in 6 files, 18 ms");
    const items = screen.getAllByRole("treeitem");
    expect(items[0]?.getAttribute("aria-expanded")).toBe("true");
    expect(items[1]?.getAttribute("aria-selected")).toBe("true");
    expect(tree.getAttribute("aria-activedescendant")).toBe(items[1]?.id);
    expect(await violations()).toEqual([]);
  });

  it("opens the chosen match in the reader with Enter", async () => {
    const tree = await searched("parse_manifest");
    await waitFor(() => expect(screen.getByText("Match 1 of 11")).toBeTruthy());
    await fireEvent.keyDown(tree, { key: "Enter" });
    expect(route.screen).toBe("workspace");
    expect(readerSlot.request).toMatchObject({ path: "src/sync.rs", line: 34, version: null });
  });

  it("folds a file and goes back to the field by key", async () => {
    const tree = await searched("parse_manifest");
    await fireEvent.keyDown(tree, { key: "ArrowLeft" });
    await fireEvent.keyDown(tree, { key: "ArrowLeft" });
    await waitFor(() =>
      expect(screen.getAllByRole("treeitem")[0]?.getAttribute("aria-expanded")).toBe("false"),
    );
    await fireEvent.keyDown(tree, { key: "Escape" });
    expect(document.activeElement).toBe(field());
  });

  it("shows where a pattern goes wrong", async () => {
    render(SearchScreen, { project: card });
    await fireEvent.click(screen.getByRole("button", { name: "Pattern" }));
    await type("foo(bar");
    expect((await screen.findByRole("alert")).textContent).toContain("Unclosed group, at character 4");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(await violations()).toEqual([]);
  });

  it("says that nothing was found, and takes away what narrowed the search", async () => {
    render(SearchScreen, { project: card });
    await fireEvent.click(screen.getByRole("button", { name: "Whole words" }));
    await type("nothing");
    await fireEvent.click(await screen.findByRole("button", { name: "Search everything" }));
    await waitFor(() => expect(currentSearch()?.fields.word).toBe(false));
    expect(await violations()).toEqual([]);
  });

  it("says why a search failed", async () => {
    render(SearchScreen, { project: card });
    await type("broken");
    expect((await screen.findByRole("alert")).textContent).toContain("went away");
  });

  it("goes on while it streams, until it is cancelled", async () => {
    await searched("slow");
    expect(runCommand("search.cancel")).toBe(true);
    await waitFor(() => expect(said()[0]).toContain("cancelled"));
  });

  it("says how far the index is", async () => {
    render(SearchScreen, { project: card });
    const part = {
      status: "building" as const,
      done: 4,
      total: 10,
      bytes: "0",
      corpus_bytes: "0",
      failure: null,
    };
    shell.say.index({ project_id: card.id, text: part, symbols: part });
    expect(await screen.findByText("Indexing 40 %: results come from reading files")).toBeTruthy();
  });

  it("brings an earlier search back with the arrow up", async () => {
    render(SearchScreen, { project: card });
    openSearch({ query: "parse_manifest" });
    await type("");
    await fireEvent.keyDown(field(), { key: "ArrowUp" });
    expect((field() as HTMLInputElement).value).toBe("parse_manifest");
  });

  it("keeps what was typed for the project, and shows another user none of it", async () => {
    await searched("parse_manifest");
    cleanup();
    expect(searchOf(card.id).state).toBeNull();
    expect(searchOf(card.id).fields.query).toBe("parse_manifest");
    const ada = profile("ada@quay.example");
    setSession(sessionState({ profiles: [ada], user: ada }));
    expect(searchOf(card.id).fields.query).toBe("");
  });
});

describe("a name in the reader", () => {
  const at = (word: string) => {
    route.screen = "workspace";
    const place = { line: 1, column: 0, path: "src/main.rs", version: null, commit: null, document: "d" };
    readerSlot.wordAtCaret = () => ({ ...place, word });
  };

  it("leads straight to its only definition", async () => {
    at("hash_file");
    runCommand("symbol.definition");
    await waitFor(() =>
      expect(readerSlot.request).toMatchObject({ path: "src/hash.rs", line: 2, column: 7 }),
    );
  });

  it("lists several definitions, and offers a search where there is none", async () => {
    at("parse_manifest");
    runCommand("symbol.definition");
    await waitFor(() => expect(paletteAsk.places?.found.places.length).toBe(3));
    expect([route.overlay, paletteAsk.mode, readerSlot.request]).toEqual(["palette", "places", null]);
    route.overlay = null;
    at("unknown");
    runCommand("symbol.definition");
    await waitFor(() => expect(paletteAsk.places?.found.places).toEqual([]));
  });

  it("is searched for by name, in code and whole", async () => {
    at("parse_manifest");
    runCommand("symbol.references");
    render(SearchScreen, { project: card });
    expect(route.screen).toBe("search");
    expect(currentSearch()?.fields).toMatchObject({ names_only: true, word: true, case_sensitive: true });
    const [heading] = screen.getAllByRole("heading", { level: 2 });
    expect(heading?.textContent).toBe("References of parse_manifest");
    expect(await screen.findByText("By name")).toBeTruthy();
  });
});
