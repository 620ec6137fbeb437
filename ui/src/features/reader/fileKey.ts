// What names an open file: its path, and the version when it is not the folder's.

/** No path begins so: after NUL a path that is not UTF-8 goes on with hex digits. */
const MARK = "\0v";

/** A file of the folder is named by its path alone. */
export function keyOf(path: string, version: number | null): string {
  return version === null ? path : `${MARK}${version}/${path}`;
}

export function pathOf(key: string): string {
  return key.startsWith(MARK) ? key.slice(key.indexOf("/") + 1) : key;
}

/** Null for a file of the folder. */
export function versionOf(key: string): number | null {
  const version = key.startsWith(MARK) ? Number.parseInt(key.slice(MARK.length), 10) : Number.NaN;
  return Number.isSafeInteger(version) ? version : null;
}
