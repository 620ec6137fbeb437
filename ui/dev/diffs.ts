// Differences of made-up files for the screens without the shell: a small line diff with words and colours.
import type { DiffFile, DiffRow } from "../src/lib/ipc/bindings";

export interface FakeFile {
  path: string;
  old_path?: string;
  old: string | null;
  now: string | null;
  mode?: [string, string];
  binary?: boolean;
  special?: "symlink" | "submodule" | "unavailable" | "image";
}

const hashOld = `/// Hashes the whole file.
pub fn hash_file(path: &Path) -> io::Result<Digest> {
    let bytes = std::fs::read(path)?;
    Ok(Digest::of(&bytes))
}`;
const hashNew = `/// Hashes the whole file.
pub fn hash_file(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            break;
        }
        hasher.update(&block[..n]);
    }
    Ok(Digest(hasher.finalize().into()))
}`;
const head = Array.from({ length: 9 }, (_, at) => `use crate::part_${at + 1};`).join("\n");
const plan = `
pub fn plan(root: &Path, base: &Manifest) -> Result<SyncPlan> {
    let mut plan = SyncPlan::default();
    let mut seen = BTreeMap::new();

    for path in walk_tracked(root)? {
        let rel = path.strip_prefix(root)?.to_path_buf();
        let digest = hash_file(&path)?;
        match base.get(&rel) {
            None => plan.added.push(rel.clone()),
            Some(_) => {}
        }
        seen.insert(rel, digest);
    }
    Ok(plan)
}

pub fn commit(store: &Path) -> Result<Manifest> {
    let base = latest(store)?;
    Ok(base)
}
`;
const verify = (change: boolean) => `
pub fn verify(store: &Path, version: u32) -> Result<()> {
    let bytes = std::fs::read(store.join(format!("v{version}.fmf")))?;
    let manifest = ${change ? "parse_manifest" : "Manifest::decode"}(&bytes)?;
    let found = Digest::of(&bytes);
${
  change
    ? `    if manifest.digest() != Some(&found) {
        return Err(SyncError::Mismatch { version, found }.into());
    }
`
    : ""
}    Ok(())
}
`;
const app = (count: number, word: string) =>
  Array.from(
    { length: count },
    (_, at) => `export const ${word}${at} = () => fetchVersions("${at}"); // ${word}`,
  ).join("\n");

export const sampleFiles: FakeFile[] = [
  { path: "assets/logo.svg", old: "red", now: "blue", special: "image", binary: true },
  { path: "bin/ferry", old: "x", now: "y", binary: true },
  { path: "current", old: "v41", now: "v42", special: "symlink" },
  { path: "data/tides.bin", old: "x", now: "y", special: "unavailable", binary: true },
  { path: "scripts/sync.sh", old: "a", now: "a", mode: ["644", "755"] },
  { path: "src/hash.rs", old: `${head}\n${hashOld}\n`, now: `${head}\nuse io;\n${hashNew}\n` },
  { path: "src/old_walk.rs", old: app(6, "walk"), now: null },
  { path: "src/sync.rs", old: `${head}\n${plan}${verify(false)}`, now: `${head}\n${plan}${verify(true)}` },
  { path: "src/walk/mod.rs", old_path: "src/walk.rs", old: app(12, "step"), now: `${app(12, "step")}\nend` },
  { path: "vendor/tide", old: "a", now: "b", special: "submodule" },
  {
    path: "web/src/App.tsx",
    old: app(15, "old"),
    now: `${app(15, "new")}\n${app(16, "more")}`,
  },
  { path: "web/src/VersionList.tsx", old: null, now: app(15, "list") },
];

const words =
  /(\/\/.*)|("[^"]*")|\b(pub|fn|let|mut|if|return|loop|break|use|for|in|match|export|const|enum)\b|\b([A-Z]\w*)\b|\b(\w+)(?=\()|\b(\d+)\b/g;

function colours(text: string): [number, number, number][] {
  return [...text.matchAll(words)].map((match) => {
    const kind = match[1] ? 3 : match[2] ? 2 : match[3] ? 1 : match[4] ? 5 : match[5] ? 4 : 6;
    return [match.index, match.index + match[0].length, kind];
  });
}

const line = (kind: DiffRow["kind"], old: number | null, now: number | null, text: string): DiffRow => ({
  kind,
  old_line: old,
  new_line: now,
  text,
  marks: [],
  spans: kind === "gap" ? [] : colours(text),
  hidden: 0,
  no_newline: false,
});

/** Longest common subsequence, as rows without gaps. */
function allRows(old: string[], now: string[]): DiffRow[] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  const cell = (a: number, b: number) => table[a]?.[b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1)
    for (let b = now.length - 1; b >= 0; b -= 1) {
      const row = table[a];
      if (row) row[b] = old[a] === now[b] ? cell(a + 1, b + 1) + 1 : Math.max(cell(a + 1, b), cell(a, b + 1));
    }
  const rows: DiffRow[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < now.length) {
    const removed: DiffRow[] = [];
    const added: DiffRow[] = [];
    while (a < old.length || b < now.length) {
      if (a < old.length && b < now.length && old[a] === now[b]) break;
      if (b >= now.length || (a < old.length && cell(a + 1, b) >= cell(a, b + 1)))
        removed.push(line("removed", a + 1, null, old[a++] ?? ""));
      else added.push(line("added", null, b + 1, now[b++] ?? ""));
    }
    removed.forEach((row, at) => markWords(row, added[at]));
    rows.push(...removed, ...added);
    if (a < old.length && b < now.length) rows.push(line("context", a + 1, b + 1, old[a] ?? ""));
    a += 1;
    b += 1;
  }
  return rows;
}

function markWords(one: DiffRow, other: DiffRow | undefined): void {
  if (!other) return;
  let start = 0;
  while (start < one.text.length && one.text[start] === other.text[start]) start += 1;
  let end = 0;
  const most = Math.min(one.text.length, other.text.length) - start;
  while (end < most && one.text.at(-1 - end) === other.text.at(-1 - end)) end += 1;
  if (start + end < 6) return;
  one.marks = [[start, one.text.length - end]];
  other.marks = [[start, other.text.length - end]];
}

const AROUND = 3;

/** Rows with gaps, except those that were opened. */
export function fileRows(file: FakeFile, expand: readonly number[]): DiffRow[] {
  const split = (text: string | null) => (text === null || text === "" ? [] : text.split("\n"));
  const rows = allRows(split(file.old), split(file.now));
  const near = rows.map((_, at) =>
    rows.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== "context"),
  );
  const shown: DiffRow[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    let hidden = 0;
    while (at + hidden < rows.length && !near[at + hidden]) hidden += 1;
    if (hidden === 0) {
      if (rows[at]) shown.push(rows[at] as DiffRow);
      continue;
    }
    const opens = rows[at]?.new_line ?? rows[at]?.old_line ?? 0;
    if (expand.includes(0) || expand.includes(opens)) shown.push(...rows.slice(at, at + hidden));
    else {
      const before = rows.slice(0, at + hidden).findLast(({ text }) => /\bfn (\w+)/.test(text));
      const name = before ? (/\bfn (\w+)/.exec(before.text)?.[1] ?? "") : "";
      shown.push({ ...line("gap", null, null, name), hidden });
    }
    at += hidden - 1;
  }
  return shown;
}

export function fakeDiffFile(file: FakeFile, index: number): DiffFile {
  const text = !file.binary && !file.special && !file.mode;
  const rows = text ? fileRows(file, []) : [];
  const kind = file.old === null ? "added" : file.now === null ? "removed" : undefined;
  return {
    index,
    path: file.path,
    old_path: file.old_path ?? null,
    kind: kind ?? (file.old_path ? "renamed" : file.mode ? "mode" : "changed"),
    old_mode: file.old === null ? null : (file.mode?.[0] ?? "644"),
    new_mode: file.now === null ? null : (file.mode?.[1] ?? "644"),
    old_size: file.old === null ? null : "18400",
    new_size: file.now === null ? null : "21400",
    similarity: file.old_path ? 92 : null,
    binary: file.binary ?? false,
    added_lines: text ? rows.filter(({ kind: one }) => one === "added").length : null,
    removed_lines: text ? rows.filter(({ kind: one }) => one === "removed").length : null,
  };
}
