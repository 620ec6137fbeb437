// What the fake shell says about the file in front: its text, colours, structure, changes and who wrote it.
import type { IBackend } from "../src/lib/ipc/backend";
import type { Blame, FileStructure, LineChange, OutlineItem, ScopeRange } from "../src/lib/ipc/bindings";
import { readText, sampleFile } from "./tree";

const words =
  /(\/\/.*)|("(?:[^"\\]|\\.)*")|\b(pub|fn|let|mut|if|return|loop|break|use|for|in|match|export|const|enum|struct|impl|mod|true|false)\b|\b([A-Z]\w*)\b|\b(\w+)(?=\()|\b(\d[\d.]*)\b/g;

/** A long text is cut into lines once. */
let cut: { text: string; lines: string[] } = { text: "", lines: [] };

function linesOf(text: string): string[] {
  if (cut.text !== text) cut = { text, lines: text.split("\n") };
  return cut.lines;
}

function spansOf(text: string, first: number, last: number) {
  return linesOf(text)
    .slice(first - 1, last)
    .flatMap((line, at) =>
      [...line.matchAll(words)].map((match) => ({
        line: first + at,
        start: match.index,
        end: match.index + match[0].length,
        kind: match[1] ? 3 : match[2] ? 2 : match[3] ? 1 : match[4] ? 5 : match[5] ? 4 : 6,
      })),
    );
}

/** Ranges by brackets, and scopes by the words before them. */
function structureOf(text: string): FileStructure {
  const folds: [number, number][] = [];
  const scopes: ScopeRange[] = [];
  const open: number[] = [];
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    const bare = line.replace(/"(?:[^"\\]|\\.)*"|\/\/.*/g, "");
    for (const bracket of bare.match(/[[\](){}]/g) ?? []) {
      if ("[({".includes(bracket)) {
        open.push(at + 1);
        continue;
      }
      const first = open.pop();
      if (
        first === undefined ||
        first === at + 1 ||
        folds.some((fold) => fold[0] === first && fold[1] >= at + 1)
      )
        continue;
      const same = folds.findIndex((fold) => fold[0] === first);
      if (same >= 0) folds.splice(same, 1);
      folds.push([first, at + 1]);
      const named = /\b(fn|struct|impl|mod|function|class)\s+(\w+)/.exec(lines[first - 1] ?? "");
      if (!named) continue;
      const kinds: Record<string, string> = {
        fn: "function",
        struct: "struct",
        impl: "class",
        mod: "module",
      };
      const again = scopes.findIndex((scope) => scope.first === first);
      if (again >= 0) scopes.splice(again, 1);
      scopes.push({ first, last: at + 1, name: named[2] ?? "", kind: kinds[named[1] ?? ""] ?? "function" });
    }
  });
  folds.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  scopes.sort((a, b) => a.first - b.first || b.last - a.last);
  return { folds, scopes };
}

function outlineOf(text: string): OutlineItem[] {
  const { scopes } = structureOf(text);
  return scopes.map((scope) => ({
    name: scope.name,
    kind: scope.kind,
    line: scope.first,
    end_line: scope.last,
    depth: scopes.filter((other) => other.first < scope.first && other.last >= scope.last).length,
  }));
}

/** A small diff: equal lines at both ends of a change are found by looking ahead. */
function changesOf(old: string[], now: string[]): LineChange[] {
  const changes: LineChange[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < now.length) {
    if (old[a] === now[b]) {
      a += 1;
      b += 1;
      continue;
    }
    let best: [number, number] = [old.length, now.length];
    search: for (let total = 1; total < 40; total += 1)
      for (let skip = 0; skip <= total; skip += 1) {
        const [x, y] = [a + skip, b + total - skip];
        if (x < old.length && old[x] === now[y] && (old[x] ?? "").trim() !== "") {
          best = [x, y];
          break search;
        }
      }
    const [removed, added] = [best[0] - a, best[1] - b];
    changes.push({
      kind: removed === 0 ? "added" : added === 0 ? "removed" : "changed",
      first: b + 1,
      lines: added,
      old_first: a + 1,
      old_lines: removed,
      old_text: old.slice(a, best[0]).slice(0, 40),
    });
    [a, b] = best;
  }
  return changes;
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const id = (digit: string) => `${digit}0f3c2a19de00f1b2c3d4e5f60718293a4b5c6d7e`.slice(0, 40);
const sampleCommits: Blame["commits"] = [
  {
    id: id("1"),
    summary: "Read and hash files in one walk",
    author: "Mira Holm",
    email: "mira@harbour.example",
    authored_at: daysAgo(640),
    previous: null,
  },
  {
    id: id("2"),
    summary: "Plans say what was removed, too",
    author: "Ada Quay",
    email: "ada@quay.example",
    authored_at: daysAgo(300),
    previous: { commit: id("1"), path: "src/plan.rs" },
  },
  {
    id: id("3"),
    summary: "A manifest is moved in place by one rename, so that a kill leaves the old one",
    author: "Jón Þór Sigurðsson",
    email: "jon@fjord.example",
    authored_at: daysAgo(40),
    previous: { commit: id("2"), path: "src/plan.rs" },
  },
  {
    id: id("4"),
    summary: "Versions are checked against their own hash",
    author: "Mira Holm",
    email: "mira@harbour.example",
    authored_at: daysAgo(1),
    previous: { commit: id("3"), path: "src/sync.rs" },
  },
];

function blameOf(lines: number): Blame {
  const hunks: Blame["hunks"] = [];
  const lengths = [10, 8, 3, 12, 1, 9, 6, 14, 2, 20];
  for (let first = 1, at = 0; first <= lines; at += 1) {
    const length = Math.min(lengths[at % lengths.length] ?? 5, lines - first + 1);
    const commit = at % 7 === 4 ? null : (at * 3) % sampleCommits.length;
    hunks.push({
      first,
      lines: length,
      commit,
      original_first: first,
      original_path: commit === 2 ? "src/sync.rs" : "src/plan.rs",
    });
    first += length;
  }
  return { commits: sampleCommits, hunks };
}

const text = (document: string) => readText(document) ?? "";

export function fakeReading(): Partial<IBackend> {
  return {
    fileText: (document: string) => Promise.resolve(text(document)),
    fileSpans: (document: string, first: number, last: number) =>
      Promise.resolve(spansOf(text(document), first, last)),
    fileOutline: (document: string) => Promise.resolve(outlineOf(text(document))),
    fileStructure: (document: string) => Promise.resolve(structureOf(text(document))),
    lineChanges: (document: string) => {
      const [path = ""] = document.split("@");
      const old = readText(`${path}@41`);
      const now = readText(path);
      if (old === null || now === null) return Promise.resolve(null);
      const changes = changesOf(old.split("\n"), now.split("\n"));
      return Promise.resolve({ base: "HEAD 0f3c2a1", changes, is_new: false });
    },
    openCommitFile: (_: string, path: string, commit: string) => {
      const found = readText(`${path}@${commit}`);
      return found === null
        ? Promise.reject({
            code: "FILE_MISSING",
            message: `${path} is not in ${commit.slice(0, 7)}.`,
            hint: null,
          })
        : Promise.resolve({
            ...sampleFile(path, null, found),
            document: `${path}@${commit}`,
            from_commit: commit,
          });
    },
    blame: (_task, document, tell) => {
      tell({ phase: "Reading", done: 120, total: 480, bytes: "0" });
      return new Promise((done) =>
        setTimeout(
          () => done(blameOf(text(document).split("\n").length)),
          document.includes("long") ? 4_000 : 120,
        ),
      );
    },
    cancelTask: () => Promise.resolve(null),
    findInDocument: (document: string, { query, case_sensitive }) => {
      const wanted = case_sensitive ? query : query.toLowerCase();
      const matches = text(document)
        .split("\n")
        .flatMap((line, at) => {
          const start = (case_sensitive ? line : line.toLowerCase()).indexOf(wanted);
          return start < 0 ? [] : [{ line: at + 1, start, end: start + wanted.length }];
        });
      return Promise.resolve({ matches: matches.slice(0, 10_000), truncated: matches.length > 10_000 });
    },
    editors: () =>
      Promise.resolve([
        { name: "VS Code", command: "code --goto {path}:{line}:{column}" },
        { name: "Zed", command: "zed {path}:{line}:{column}" },
        { name: "Neovim", command: "nvim +{line} {path}" },
      ]),
    openInEditor: () => Promise.resolve(null),
  };
}
