// Where a symbolic link leads, as far as its text says.
import { parentOf } from "$features/files/paths";

/** The project path a link at `path` points to; null when it leaves the project or is absolute. */
export function resolveLink(path: string, target: string): string | null {
  if (target === "" || target.startsWith("/") || /^[a-z]:/i.test(target) || path.startsWith("\0"))
    return null;
  const parts = (parentOf(path) ?? "").split("/").filter(Boolean);
  for (const part of target.replaceAll("\\", "/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length > 0 ? parts.join("/") : null;
}
