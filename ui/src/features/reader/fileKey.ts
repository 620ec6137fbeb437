// What names an open file: its path, and the state it is read in when that is not the folder's.

/** The state a file is read in: null is the folder's, a number a version, a string a commit (hex, whole). */
export type FileState = number | string | null;

/** No path begins so: after NUL a path that is not UTF-8 goes on with hex digits. */
const VERSION = "\0v";
const COMMIT = "\0@";

/** A file of the folder is named by its path alone. */
export function keyOf(path: string, state: FileState): string {
  if (state === null) return path;
  return typeof state === "number" ? `${VERSION}${state}/${path}` : `${COMMIT}${state}/${path}`;
}

export function pathOf(key: string): string {
  return key.startsWith(VERSION) || key.startsWith(COMMIT) ? key.slice(key.indexOf("/") + 1) : key;
}

export function stateOf(key: string): FileState {
  return versionOf(key) ?? commitOf(key);
}

/** Null for a file of the folder or of a commit. */
export function versionOf(key: string): number | null {
  const version = key.startsWith(VERSION) ? Number.parseInt(key.slice(VERSION.length), 10) : Number.NaN;
  return Number.isSafeInteger(version) ? version : null;
}

/** Null for a file of the folder or of a version. */
export function commitOf(key: string): string | null {
  return key.startsWith(COMMIT) ? key.slice(COMMIT.length, key.indexOf("/")) : null;
}

/** "v12" or the first seven digits of a commit; empty for the folder. */
export function stateLabel(state: FileState): string {
  if (state === null) return "";
  return typeof state === "number" ? `v${state}` : state.slice(0, 7);
}
