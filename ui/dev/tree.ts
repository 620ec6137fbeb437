// The files of the made-up project, as the folder holds them and as versions do.
import type { Directory, OpenedFile, TreeEntry } from "../src/lib/ipc/bindings";
import { sampleFiles } from "./diffs";
import { planBefore, samples } from "./samples";

const readable = sampleFiles.filter((file) => !file.binary && !file.special);

/** The text of a file; even versions hold the new side, odd ones the old. Null where there is none. */
export function fileText(path: string, version: number | null): string | null {
  const sample = samples[path];
  if (sample !== undefined)
    return path === "src/plan.rs" && version !== null && version % 2 === 1 ? planBefore : sample;
  const found = readable.find((file) => file.path === path || file.old_path === path);
  if (!found) return null;
  return version !== null && version % 2 === 1 ? found.old : found.now;
}

/** The text that a document of the fake names: `path`, `path@41` or `path@` and a commit. */
export function readText(document: string): string | null {
  const [path = "", state] = document.split("@");
  if (state === undefined) return fileText(path, null);
  return fileText(path, /^\d{1,6}$/.test(state) ? Number(state) : 41);
}

const languages: Record<string, string> = { rs: "Rust", ts: "TypeScript", tsx: "TypeScript", json: "JSON" };

export function sampleFile(path: string, version: number | null, text: string): OpenedFile {
  return {
    document: `${path}${version === null ? "" : `@${version}`}`,
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    size: String(text.length),
    view: "text",
    language: languages[path.slice(path.lastIndexOf(".") + 1)] ?? "Plain text",
    highlighted: true,
    encoding: "UTF-8",
    line_ends: "LF",
    lines: text.split("\n").length,
    from_version: version,
    from_commit: null,
  };
}

export function sampleDirectory(path: string, version: number | null): Directory {
  const below = path === "" ? "" : `${path}/`;
  const entries = new Map<string, TreeEntry>();
  for (const file of sampleFiles) {
    const there = version !== null && version % 2 === 1 ? file.old : file.now;
    if (there === null || !file.path.startsWith(below)) continue;
    const [name = "", ...rest] = file.path.slice(below.length).split("/");
    entries.set(name, {
      name,
      path: `${below}${name}`,
      kind: rest.length ? "directory" : file.special === "symlink" ? "symlink" : "file",
      size: "0",
      ignored: false,
      change:
        version === null && (file.path === "src/sync.rs" || file.path === "src/hash.rs") ? "modified" : null,
    });
  }
  const sorted = [...entries.values()].sort(
    (a, b) => Number(b.kind === "directory") - Number(a.kind === "directory") || a.name.localeCompare(b.name),
  );
  return { path, entries: sorted, from_version: version };
}
