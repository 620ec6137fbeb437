// What the palette says: in its field, when there is nothing, and while there may be more.
import type { PaletteMode } from "./ask.svelte";
import { parseQuery } from "./query";

export function labelFor(mode: PaletteMode, hasProject: boolean): string {
  if (mode === "places") return "Narrow the definitions";
  if (mode === "files") return "Search files";
  return hasProject ? "Search files, symbols, projects and commands" : "Search projects and commands";
}

export function placeholderFor(mode: PaletteMode, hasProject: boolean): string {
  if (mode === "places") return "Narrow by path";
  if (mode === "files") return "File, file:line, file@symbol, or a link";
  return hasProject ? "File, symbol, project or command" : "Project, command, or : and a line";
}

interface Situation {
  mode: PaletteMode;
  hasProject: boolean;
  hasLines: boolean;
  /** Answers are still on their way. */
  waiting: boolean;
  /** Whose definitions are listed. */
  name: string;
}

/** What to say when there is nothing to choose from. */
export function nothingFor(typed: string, situation: Situation): string {
  const { mode, hasProject, hasLines, waiting, name } = situation;
  if (mode === "places")
    return typed.trim()
      ? `No definition of ${name} lies in “${typed.trim()}”`
      : `No definition of ${name} is known`;
  const query = parseQuery(typed);
  if (query.kind === "line")
    return hasLines ? "Type the number of a line" : "Open a file to go to one of its lines";
  if (query.kind === "commands") return `No command matches “${query.text}”`;
  if (!hasProject && query.kind !== "all") return "Open a project to find its files and symbols";
  if (waiting) return "Looking…";
  if (query.kind === "symbols")
    return query.text ? `No symbol matches “${query.text}”` : "Type the name of a symbol";
  if (query.kind === "inFile") return `No symbol of “${query.file}” matches “${query.symbol}”`;
  if (query.kind === "file") return `No file matches “${query.text}”`;
  if (mode === "files") return query.text ? `No file matches “${query.text}”` : "Type the name of a file";
  if (!hasProject) return `No project or command matches “${query.text}”`;
  return `No file, symbol, project or command matches “${query.text}”`;
}

/** What to say of symbols that may be missing; null when all are known or none were asked for. */
export function symbolNote(
  typed: string,
  mode: PaletteMode,
  found: { complete: boolean } | null,
  percent: number | null,
): string | null {
  const asked = mode === "places" || parseQuery(typed).kind === "symbols";
  if (!asked || !found || found.complete) return null;
  return percent === null
    ? "Still reading symbols: there may be more"
    : `Still reading symbols… ${percent} %`;
}
