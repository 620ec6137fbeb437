// References to lines of a file that stay true: `src/a.rs#L3-L9@v12`.
import { backend } from "$lib/ipc";
import { parentOf, shownPath } from "$features/files/paths";
import { stateLabel, type FileState } from "./fileKey";

export interface Lines {
  /** 1-based, both inclusive. */
  first: number;
  last: number;
}

/** `state` null leaves the state out: the file is as nobody recorded it. No lines mean the whole file. */
export function permalink(path: string, lines: Lines | null, state: FileState): string {
  const place = !lines
    ? ""
    : lines.last > lines.first
      ? `#L${lines.first}-L${lines.last}`
      : `#L${lines.first}`;
  const at = state === null ? "" : `@${stateLabel(state)}`;
  return `${shownPath(path)}${place}${at}`;
}

/**
 * The state that names what is on screen for good: the one being read, or for the folder its latest version
 * as long as the file is as that has it. Null when nothing recorded it.
 */
export async function lastingState(
  projectId: string,
  path: string,
  state: FileState,
  latest: number | null,
): Promise<FileState> {
  if (state !== null || latest === null) return state;
  const dir = parentOf(path) ?? "";
  // A folder that can't be listed says nothing about the file.
  const listed = await backend()
    .directory(projectId, dir, null)
    .catch(() => null);
  const entry = listed?.entries.find((one) => one.path === path);
  return entry && entry.change === null && !entry.ignored ? latest : null;
}
