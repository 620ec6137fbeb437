// Every command of the window: its name, its keys, and when it can be run. The palette, the shortcuts sheet and the key handler read it.
import { SvelteMap } from "svelte/reactivity";
import type { IconName } from "$lib/ui/icons";

/** The headings of the palette and the shortcuts sheet, in their order. */
export const groups = [
  "Everywhere",
  "Reading",
  "Search",
  "Files",
  "Threads",
  "Versions",
  "History",
  "Jobs",
  "Refactor",
  "Previews",
  "Sync",
  "Account",
] as const;
export type CommandGroup = (typeof groups)[number];

export interface Command {
  /** Stable, `area.verb`. */
  id: string;
  /** Verb plus object, sentence case. */
  title: string;
  group: CommandGroup;
  /** Key chords, `Ctrl+Shift+S`; on macOS Ctrl is read as Cmd. A chord without Ctrl or Alt acts only outside text fields. */
  keys?: string[];
  /** Whether it makes sense now; a command without it always does. */
  when?: () => boolean;
  /** Shown with its keys in the shortcuts sheet, but not offered in the palette (cursor movements and the like). */
  hidden?: boolean;
  /**
   * What the pressed key is limited to: the part of the window that must have the focus. Single letters must be switched on as well.
   * Leave out for keys that act everywhere.
   */
  scope?: "reader" | "diff" | "timeline" | "threads" | "jobs" | "models" | "files" | "refactor";
  /** Acts while a dialog or the palette is open, too. */
  whileModal?: boolean;
  /** Leaves its keys to text fields (Ctrl+Z). */
  yieldsToText?: boolean;
  /** A quiet second word in the palette: what it will do. */
  detail?: () => string;
  icon?: IconName;
  /** Something that has no meaning by itself ("Move in the tree") leaves this out and is only listed. */
  run?: () => void | Promise<void>;
}

const registered = new SvelteMap<string, Command>();

/** Adds commands until the returned function is called. A command with a known id replaces the earlier one until then. */
export function registerCommands(commands: readonly Command[]): () => void {
  const replaced = commands.map((command) => registered.get(command.id));
  for (const command of commands) registered.set(command.id, command);
  return () => {
    commands.forEach((command, index) => {
      if (registered.get(command.id) !== command) return;
      const earlier = replaced[index];
      if (earlier) registered.set(command.id, earlier);
      else registered.delete(command.id);
    });
  };
}

/** All commands, by group and then in the order they were registered. */
export function allCommands(): Command[] {
  const list = [...registered.values()];
  return groups.flatMap((group) => list.filter((command) => command.group === group));
}

/** The commands that could be run right now. */
export function availableCommands(): Command[] {
  return allCommands().filter((command) => command.run && (command.when?.() ?? true));
}

/** Runs the command if it is known and makes sense now; tells whether it did. */
export function runCommand(id: string): boolean {
  const command = registered.get(id);
  if (!command?.run || !(command.when?.() ?? true)) return false;
  void command.run();
  return true;
}
