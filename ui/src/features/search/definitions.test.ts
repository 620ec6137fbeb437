import { waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, failure, profile, project, sessionState, type FakeShell } from "../../../dev/fake";
import { setSession } from "$features/accounts/session.svelte";
import { readerSlot, type WordAtCaret } from "$features/frame/reader-slot.svelte";
import { enterProject, resetRoute, route } from "$features/frame/route.svelte";
import { paletteAsk, paletteGone } from "$features/palette/ask.svelte";
import { loadProjects, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend, type RefactorDefinitions, type SymbolPlace } from "$lib/ipc";
import { toasts } from "$lib/ui/toasts.svelte";
import { findReferences, goToDefinition } from "./definitions";
import { definitionQuestion, SAID_AFTER_MS } from "./question.svelte";
import { currentSearch } from "./searches.svelte";

const card = project("ferry");
let people = 0;
let shell: FakeShell;
let caret: WordAtCaret;
const cancelled = vi.fn();

const place = (path: string, line: number): SymbolPlace => ({
  path,
  line,
  column: 4,
  end_column: 9,
  kind: "function",
  container: null,
  text: "fn parse",
});
const found = (places: SymbolPlace[], certain = true): RefactorDefinitions => ({
  name: "parse",
  kind: "function",
  certain,
  places,
});

beforeEach(async () => {
  cancelled.mockClear();
  const mira = profile(`mira-d${(people += 1)}@harbour.example`);
  shell = fakeShell({ cards: [card] });
  shell.cancelTask = (id: string) => {
    cancelled(id);
    return Promise.resolve(null);
  };
  provideBackend(shell);
  setSession(sessionState({ profiles: [mira], user: mira }));
  await loadProjects();
  enterProject(card.id);
  route.screen = "workspace";
  const document = `${card.id}/s/src/main.rs`;
  caret = { word: "parse", line: 7, column: 8, path: "src/main.rs", version: null, commit: null, document };
  readerSlot.wordAtCaret = () => caret;
  readerSlot.request = null;
});
afterEach(() => {
  definitionQuestion.cancel();
  paletteGone();
  resetRoute();
  resetProjects();
  setSession(sessionState());
  readerSlot.request = null;
  readerSlot.wordAtCaret = null;
});

describe("a definition", () => {
  it("that is certain and the only one is gone to at once, whatever else is spelt so", async () => {
    const asked = vi.fn();
    shell.definitionAt = (...args) => {
      asked(...args.slice(1));
      return Promise.resolve(found([place("src/manifest.rs", 2)]));
    };
    await goToDefinition();
    expect(asked).toHaveBeenCalledWith(caret.document, 7, 8);
    expect(readerSlot.request).toMatchObject({ path: "src/manifest.rs", line: 2, column: 4, end: 9 });
    expect(route.overlay).toBeNull();
  });

  it("that is one of several, or only likely, is chosen from a list that says how it was found", async () => {
    shell.definitionAt = () => Promise.resolve(found([place("a.rs", 1), place("b.rs", 2)]));
    await goToDefinition();
    expect(paletteAsk.places?.found).toMatchObject({ by_name: false });
    expect(paletteAsk.places?.found.places).toHaveLength(2);
    shell.definitionAt = () => Promise.resolve(found([place("a.rs", 1)], false));
    await goToDefinition();
    expect(paletteAsk.places?.found.places).toHaveLength(1);
    expect(readerSlot.request).toBeNull();
  });

  it("is found by name where no engine knows, and the list says why", async () => {
    caret = { ...caret, word: "parse_manifest" };
    shell.definitionAt = () =>
      Promise.reject(failure("UNSUPPORTED", "What names mean is not known in Java."));
    void goToDefinition();
    await waitFor(() => expect(paletteAsk.places?.found.by_name).toBe(true));
    expect(paletteAsk.places?.why).toBe("What names mean is not known in Java.");
  });

  it("outside of the project is not looked for by name, unless somebody asks for that", async () => {
    shell.definitionAt = () =>
      Promise.reject(failure("EXTERNAL", "parse is declared outside of this project."));
    await goToDefinition();
    const toast = toasts.list.at(-1);
    expect(toast?.text).toBe("parse is declared outside of this project.");
    expect([paletteAsk.places, readerSlot.request]).toEqual([null, null]);
    await toast?.action?.run();
    await waitFor(() => expect(paletteAsk.places?.found.by_name).toBe(true));
  });

  it("where the caret is already offers its uses", async () => {
    shell.definitionAt = () =>
      Promise.resolve(found([{ ...place("src/main.rs", 7), column: 8, end_column: 13 }]));
    await goToDefinition();
    expect(toasts.list.at(-1)?.text).toBe("This is where parse is defined");
    await toasts.list.at(-1)?.action?.run();
    expect(currentSearch()?.fields.at).toEqual({ document: caret.document, line: 7, column: 8 });
  });

  it("is not gone to once the caret moved on, and the engine is told to stop", async () => {
    let answer: (found: RefactorDefinitions) => void = () => undefined;
    let task = "";
    shell.definitionAt = (id: string) => {
      task = id;
      return new Promise((done) => (answer = done));
    };
    vi.useFakeTimers();
    const going = goToDefinition();
    expect(definitionQuestion.slow).toBeNull();
    vi.advanceTimersByTime(SAID_AFTER_MS);
    expect(definitionQuestion.slow?.at.word).toBe("parse");
    vi.useRealTimers();
    definitionQuestion.moved();
    expect(cancelled, "it stands where it was asked").not.toHaveBeenCalled();
    caret = { ...caret, line: 9 };
    definitionQuestion.moved();
    expect(cancelled).toHaveBeenCalledWith(task);
    expect(definitionQuestion.slow).toBeNull();
    answer(found([place("src/manifest.rs", 2)]));
    await going;
    expect(readerSlot.request).toBeNull();
  });
});

it("references are asked at the place of the name, and by its spelling once something else is typed", async () => {
  const asked = vi.fn();
  const { startReferences } = shell;
  shell.startReferences = (...args) => {
    asked(...args.slice(0, 3));
    return startReferences(...args);
  };
  findReferences();
  await waitFor(() => expect(asked).toHaveBeenCalledWith(caret.document, 7, 8));
  const search = currentSearch();
  search?.change({ files: "src/**" }, true);
  expect(search?.fields.at).not.toBeNull();
  search?.change({ case_sensitive: false }, true);
  expect([search?.fields.at, search?.fields.names_only]).toEqual([null, true]);
  search?.change({ query: "pars" }, true);
  expect(search?.fields.names_only).toBe(false);
});
