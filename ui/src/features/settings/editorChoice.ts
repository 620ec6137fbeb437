// The editors to choose from: those found on this computer, and a command of one's own.
import type { Editor } from "$lib/ipc";

/** Stands for writing a command; no command is this. */
export const OWN_COMMAND = "\0own";

/** `chosen` is the stored command, empty for the first editor found. */
export function editorOptions(
  found: readonly Editor[],
  chosen: string,
  writing: boolean,
): { value: string; label: string }[] {
  const first = found[0] ? `The first found: ${found[0].name}` : "The first found";
  const own = chosen !== "" && !found.some(({ command }) => command === chosen);
  return [
    { value: "", label: first },
    ...found.map(({ name, command }) => ({ value: command, label: name })),
    ...(own && !writing ? [{ value: chosen, label: chosen.split(" ")[0] ?? chosen }] : []),
    { value: OWN_COMMAND, label: "Another command…" },
  ];
}

/** What is wrong with a command, or null. */
export function editorProblem(command: string): string | null {
  const words = command.trim();
  if (words === "") return "Write the command that opens a file.";
  if (words.startsWith("{")) return "Begin with the program's name.";
  return words.includes("{path}") ? null : "Say with {path} where the file goes.";
}
