// The commands of finding: files, symbols and text, definitions and references.
import { signedInUser } from "$features/accounts/session.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { route } from "$features/frame/route.svelte";
import { togglePalette } from "$features/palette/ask.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import { findReferences, goToDefinition } from "./definitions";
import { hasEngine } from "./engines";
import type { SearchFields } from "./fields";
import { definitionQuestion } from "./question.svelte";
import { currentSearch, openSearch, stepHit } from "./searches.svelte";

const ready = () => signedInUser() !== null && openedProject() !== undefined;
const clear = () => route.overlay === null || route.overlay === "palette";
const searching = () => ready() && route.screen === "search";
const onName = () => ready() && route.screen === "workspace" && readerSlot.wordAtCaret !== null;
const hasHits = () =>
  ready() &&
  (route.screen === "search" || route.screen === "workspace") &&
  (currentSearch()?.state?.hits ?? 0) > 0;

/** In a language that no engine knows, a name is its spelling. */
const howFound = () => (hasEngine(readerSlot.wordAtCaret?.() ?? null) ? "" : "By name");

/** What is selected, if it is one line of text. */
function selectedWords(): string {
  const text = document.getSelection()?.toString() ?? "";
  return text.includes("\n") || text.length > 400 ? "" : text.trim();
}

/** A dialog keeps what was selected beneath it out of the question. */
function showSearch(): void {
  const selected = route.screen === "search" || route.overlay !== null ? "" : selectedWords();
  openSearch(selected ? { query: selected, regex: false, names_only: false } : null);
}

const flip = (key: "case_sensitive" | "word" | "regex") => () => {
  const search = currentSearch();
  const change: Partial<SearchFields> = { [key]: !search?.fields[key] };
  search?.change(change, true);
};

export const findingCommands: readonly Command[] = [
  {
    id: "files.quickOpen",
    title: "Go to file",
    group: "Files",
    keys: ["Ctrl+P"],
    icon: "file",
    whileModal: true,
    when: () => ready() && clear(),
    run: () => togglePalette("files"),
  },
  {
    id: "symbols.quickOpen",
    title: "Go to symbol in the project",
    group: "Search",
    keys: ["Ctrl+T"],
    icon: "dot",
    whileModal: true,
    when: () => ready() && clear(),
    run: () => togglePalette("symbols"),
  },
  {
    id: "search.show",
    title: "Search the project",
    group: "Search",
    keys: ["Ctrl+Shift+F"],
    icon: "search",
    when: () => ready() && clear(),
    run: showSearch,
  },
  {
    id: "symbol.definition",
    title: "Go to definition",
    group: "Reading",
    keys: ["F12"],
    icon: "right",
    detail: howFound,
    when: onName,
    run: () => goToDefinition(),
  },
  {
    id: "symbol.references",
    title: "Find references",
    group: "Reading",
    keys: ["Shift+F12"],
    icon: "search",
    detail: howFound,
    when: onName,
    run: findReferences,
  },
  {
    id: "search.next",
    title: "Next match of the search",
    group: "Search",
    keys: ["F4"],
    icon: "down",
    when: hasHits,
    run: () => stepHit(1),
  },
  {
    id: "search.previous",
    title: "Previous match of the search",
    group: "Search",
    keys: ["Shift+F4"],
    icon: "up",
    when: hasHits,
    run: () => stepHit(-1),
  },
  {
    id: "search.cancel",
    title: "Cancel the running search",
    group: "Search",
    keys: ["Ctrl+."],
    icon: "stop",
    when: () => searching() && currentSearch()?.running === true,
    run: () => currentSearch()?.cancel(),
  },
  {
    id: "symbol.cancel",
    title: "Cancel looking for the definition",
    group: "Reading",
    keys: ["Ctrl+."],
    icon: "stop",
    when: () => onName() && definitionQuestion.slow !== null,
    run: () => definitionQuestion.cancel(),
  },
  {
    id: "search.case",
    title: "Search: match case",
    group: "Search",
    keys: ["Alt+C"],
    icon: "search",
    when: searching,
    run: flip("case_sensitive"),
  },
  {
    id: "search.word",
    title: "Search: whole words",
    group: "Search",
    keys: ["Alt+W"],
    icon: "search",
    when: searching,
    run: flip("word"),
  },
  {
    id: "search.pattern",
    title: "Search: pattern",
    group: "Search",
    keys: ["Alt+R"],
    icon: "search",
    when: searching,
    run: flip("regex"),
  },
];
