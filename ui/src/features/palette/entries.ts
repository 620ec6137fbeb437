// What the palette offers for what was typed.
import type { ProjectCard } from "$lib/ipc";
import type { Command } from "$lib/keys/commands.svelte";
import type { IconName } from "$lib/ui/icons";
import { fuzzyFit } from "./fuzzy";

export interface PaletteEntry {
  id: string;
  title: string;
  detail: string;
  icon: IconName;
  chord?: string;
  /** Matched characters of the title. */
  at: number[];
  run: () => void | Promise<void>;
}

export interface PaletteGroup {
  title: string;
  entries: PaletteEntry[];
}

export interface PaletteSource {
  commands: readonly Command[];
  projects: readonly ProjectCard[];
  openProjectId: string | null;
  openProject: (id: string) => void;
  /** Null while no text is in front. */
  goToLine: ((line: number) => void) | null;
}

/** `>` leaves only commands, `:` asks for a line; anything else looks through projects and commands. */
export function paletteGroups(typed: string, source: PaletteSource): PaletteGroup[] {
  const text = typed.trimStart();
  if (text.startsWith(":")) return lineGroup(text.slice(1).trim(), source.goToLine);
  const query = text.startsWith(">") ? text.slice(1).trim() : text.trim();
  const groups: PaletteGroup[] = [];
  if (!text.startsWith(">")) groups.push({ title: "Projects", entries: projectEntries(query, source) });
  groups.push({ title: "Commands", entries: commandEntries(query, source.commands) });
  return groups.filter((group) => group.entries.length > 0);
}

function lineGroup(digits: string, goToLine: PaletteSource["goToLine"]): PaletteGroup[] {
  if (!goToLine || !/^[1-9]\d*$/.test(digits)) return [];
  const line = Number(digits);
  return [
    {
      title: "Line",
      entries: [
        {
          id: "line",
          title: `Go to line ${line}`,
          detail: "",
          icon: "enter",
          at: [],
          run: () => goToLine(line),
        },
      ],
    },
  ];
}

function projectEntries(query: string, source: PaletteSource): PaletteEntry[] {
  const fitting = source.projects
    .filter((project) => project.id !== source.openProjectId)
    .map((project) => ({ project, fit: fuzzyFit(project.name, query) }));
  return best(fitting, 8).map(({ project, fit }) => ({
    id: `project-${project.id}`,
    title: project.name,
    detail: project.root_path,
    icon: "folder",
    at: fit.at,
    run: () => source.openProject(project.id),
  }));
}

function commandEntries(query: string, commands: readonly Command[]): PaletteEntry[] {
  const fitting = commands
    .filter((command) => command.run && !command.hidden && command.id !== "palette.show")
    .map((command) => ({ command, fit: fuzzyFit(command.title, query) }));
  return best(fitting, 50).map(({ command, fit }) => ({
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
