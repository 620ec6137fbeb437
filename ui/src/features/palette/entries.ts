// What the palette offers for what was typed.
import type { Definitions, FoundFiles, FoundSymbols, OutlineItem, ProjectCard } from "$lib/ipc";
import { threadInLink } from "$features/threads/link";
import type { Command } from "$lib/keys/commands.svelte";
import type { IconName } from "$lib/ui/icons";
import { fileEntries, outlineEntries, placeEntries, symbolEntries, type OpenPlace } from "./found";
import { fuzzyFit } from "./fuzzy";
import { parseQuery, spotWords, type PaletteQuery, type Spot } from "./query";
import type { PaletteMode } from "./ask.svelte";

export interface PaletteEntry {
  id: string;
  title: string;
  detail: string;
  icon: IconName;
  /** A symbol's kind, drawn in place of the icon. */
  kind?: string;
  chord?: string;
  /** Matched UTF-16 units of the title, and of the detail. */
  at: number[];
  detailAt?: number[];
  /** The detail is a line of code. */
  code?: boolean;
  run: () => void | Promise<void>;
  /** Opens it to the side, where that is offered. */
  runAside?: () => void;
}

export interface PaletteGroup {
  title: string;
  entries: PaletteEntry[];
}

/** What the shell found for what was typed. */
export interface PaletteFound {
  files: FoundFiles | null;
  symbols: FoundSymbols | null;
  /** The symbols of one file, for `file@symbol`. */
  outline: { path: string; items: readonly OutlineItem[] } | null;
  places: Definitions | null;
}

export interface PaletteSource {
  commands: readonly Command[];
  projects: readonly ProjectCard[];
  openProjectId: string | null;
  openProject: (id: string) => void;
  /** Null while no text is in front. */
  goToLine: ((line: number) => void) | null;
  mode?: PaletteMode;
  found?: PaletteFound;
  /** Opens a file; null while no project is open. */
  open?: OpenPlace | null;
  openAside?: OpenPlace | null;
  searchFor?: (text: string) => void;
  /** Goes to a thread of the open project. */
  openThread?: ((id: string) => void) | null;
}

const FEW = 8;
/** Commands beside everything else: a key press must not take longer than a frame. `>` lists them all. */
const SOME = 20;
const ALL = 200;

/** `>` leaves only commands, `@` symbols, `:` asks for a line; anything else looks through files, symbols, projects and commands. */
export function paletteGroups(typed: string, source: PaletteSource): PaletteGroup[] {
  if (source.mode === "places") return placeGroups(typed.trim(), source);
  const thread = threadInLink(typed);
  if (thread && source.openThread) return threadGroup(typed.trim(), () => source.openThread?.(thread));
  const query = parseQuery(typed);
  return groupsOf(query, source).filter((group) => group.entries.length > 0);
}

/** The first entries of all groups, as many as are to be drawn. */
export function firstOf(groups: PaletteGroup[], most: number): PaletteGroup[] {
  let left = most;
  return groups.flatMap((group) => {
    const entries = group.entries.length <= left ? group.entries : group.entries.slice(0, left);
    left -= entries.length;
    return entries.length > 0 ? [{ title: group.title, entries }] : [];
  });
}

function groupsOf(query: PaletteQuery, source: PaletteSource): PaletteGroup[] {
  const { found } = source;
  const openers = { open: source.open ?? null, aside: source.openAside ?? null };
  switch (query.kind) {
    case "line":
      return lineGroup(query.spot, source.goToLine);
    case "commands":
      return [{ title: "Commands", entries: commandEntries(query.text, source.commands, ALL) }];
    case "symbols":
      return [{ title: "Symbols", entries: symbolEntries(found?.symbols, openers) }];
    case "inFile": {
      const outline = found?.outline;
      const title = outline
        ? `Symbols of ${outline.path.slice(outline.path.lastIndexOf("/") + 1)}`
        : "Symbols";
      return [{ title, entries: outlineEntries(outline, query.symbol, openers) }];
    }
    case "file":
      return [
        { title: "Link", entries: linkEntries(query, openers.open) },
        { title: "Files", entries: fileEntries(found?.files, openers, query.spot) },
      ];
    default:
      return everything(query.text, source);
  }
}

function everything(text: string, source: PaletteSource): PaletteGroup[] {
  const openers = { open: source.open ?? null, aside: source.openAside ?? null };
  const files = fileEntries(source.found?.files, openers, null);
  if (source.mode === "files") return fileGroups(text, files);
  return [
    ...fileGroups(text, files.slice(0, FEW)),
    { title: "Symbols", entries: text ? symbolEntries(source.found?.symbols, openers).slice(0, FEW) : [] },
    { title: "Projects", entries: projectEntries(text, source) },
    { title: "Commands", entries: commandEntries(text, source.commands, SOME) },
  ];
}

/** Before anything is typed, what was read last is told apart from what merely could be. */
function fileGroups(text: string, files: PaletteEntry[]): PaletteGroup[] {
  const isRecent = ({ icon }: PaletteEntry) => text === "" && icon === "clock";
  return [
    { title: "Recent files", entries: files.filter(isRecent) },
    { title: "Files", entries: files.filter((file) => !isRecent(file)) },
  ].filter(({ entries }) => entries.length > 0);
}

function placeGroups(text: string, source: PaletteSource): PaletteGroup[] {
  const places = source.found?.places;
  if (!places) return [];
  const entries = placeEntries(places, text, { open: source.open ?? null, aside: source.openAside ?? null });
  const search: PaletteEntry = {
    id: "search-for",
    title: `Search for “${places.name}”`,
    detail: "In the text of every file",
    icon: "search",
    at: [],
    run: () => source.searchFor?.(places.name),
  };
  const groups = [{ title: `Definitions of ${places.name}, by name`, entries }];
  if (source.searchFor && text === "") groups.push({ title: "Otherwise", entries: [search] });
  return groups.filter((group) => group.entries.length > 0);
}

function lineGroup(spot: Spot | null, goToLine: PaletteSource["goToLine"]): PaletteGroup[] {
  if (!goToLine || !spot) return [];
  const entry: PaletteEntry = {
    id: "line",
    title: `Go to line ${spot.line}`,
    detail: "",
    icon: "enter",
    at: [],
    run: () => goToLine(spot.line),
  };
  return [{ title: "Line", entries: [entry] }];
}

function threadGroup(link: string, run: () => void): PaletteGroup[] {
  const title = link.slice(0, link.indexOf("#")) || "The project";
  return [{ title: "Link", entries: [{ id: "thread", title, detail: "Thread", icon: "msg", at: [], run }] }];
}

/** A link names its file in full: it opens even where the latest version no longer has it. */
function linkEntries(query: Extract<PaletteQuery, { kind: "file" }>, open: OpenPlace | null): PaletteEntry[] {
  const { text, spot, state } = query;
  if (!open || state === null) return [];
  const place = spot ? `, ${spotWords(spot)}` : "";
  const label = typeof state === "number" ? `v${state}` : state.slice(0, 7);
  return [
    {
      id: "link",
      title: text,
      detail: `at ${label}${place}`,
      icon: typeof state === "number" ? "versions" : "branch",
      at: [],
      run: () => open({ path: text, spot, state }),
    },
  ];
}

function projectEntries(query: string, source: PaletteSource): PaletteEntry[] {
  const fitting = source.projects
    .filter((project) => project.id !== source.openProjectId)
    .map((project) => ({ project, fit: fuzzyFit(project.name, query) }));
  return best(fitting, FEW).map(({ project, fit }) => ({
    id: `project-${project.id}`,
    title: project.name,
    detail: project.root_path,
    icon: "folder",
    at: fit.at,
    run: () => source.openProject(project.id),
  }));
}

function commandEntries(query: string, commands: readonly Command[], most: number): PaletteEntry[] {
  const fitting = commands
    .filter((command) => command.run && !command.hidden && command.id !== "palette.show")
    .map((command) => ({ command, fit: fuzzyFit(command.title, query) }));
  return best(fitting, most).map(({ command, fit }) => ({
    id: `command-${command.id}`,
    title: command.title,
    detail: command.detail?.() ?? (command.group === "Everywhere" ? "" : command.group),
    icon: command.icon ?? "right",
    ...(command.keys?.[0] ? { chord: command.keys[0] } : {}),
    at: fit.at,
    run: () => command.run?.(),
  }));
}

/** Those that fit, the best first; equal ones stay in their order. */
function best<T extends { fit: { score: number; at: number[] } | null }>(list: T[], most: number) {
  return list
    .filter((item): item is T & { fit: { score: number; at: number[] } } => item.fit !== null)
    .sort((a, b) => b.fit.score - a.fit.score)
    .slice(0, most);
}
