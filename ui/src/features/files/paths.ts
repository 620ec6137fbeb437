// Project paths: "/" between names, "" for the root, and "\0" plus the hex of the bytes where a name is not UTF-8.

const utf8 = new TextDecoder("utf-8", { fatal: true });

function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

function pathOfHex(hex: string): string {
  try {
    return utf8.decode(bytesOfHex(hex));
  } catch {
    return `\0${hex}`;
  }
}

function lastSlashInHex(hex: string): number {
  for (let at = hex.length - 2; at >= 0; at -= 2) if (hex.startsWith("2f", at)) return at;
  return -1;
}

/** The directory a path lies in, "" at the top, null for the root itself. */
export function parentOf(path: string): string | null {
  if (path === "") return null;
  if (path.startsWith("\0")) {
    const hex = path.slice(1);
    const slash = lastSlashInHex(hex);
    return slash < 0 ? "" : pathOfHex(hex.slice(0, slash));
  }
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The directories above a path, outermost first, without the root. */
export function ancestorsOf(path: string): string[] {
  const above: string[] = [];
  for (let dir = parentOf(path); dir; dir = parentOf(dir)) above.unshift(dir);
  return above;
}

/** A path as people read it: bytes that are not UTF-8 become replacement characters. */
export function shownPath(path: string): string {
  return path.startsWith("\0") ? new TextDecoder().decode(bytesOfHex(path.slice(1))) : path;
}

/** The last name of a path, as people read it. */
export function nameOf(path: string): string {
  const shown = shownPath(path);
  return shown.slice(shown.lastIndexOf("/") + 1);
}

/** Whether `path` is `dir` or lies below it. */
export function isWithin(path: string, dir: string): boolean {
  if (dir === "" || path === dir) return true;
  return path.startsWith("\0") ? ancestorsOf(path).includes(dir) : path.startsWith(`${dir}/`);
}
