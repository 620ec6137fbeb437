// What the fake shell finds: files, symbols and text.
import type { IBackend } from "../src/lib/ipc/backend";
import type {
  FoundFile,
  FoundSymbol,
  SearchOptions,
  SearchRow,
  SearchState,
  SymbolPlace,
} from "../src/lib/ipc/bindings";
import { fuzzyFit } from "../src/features/palette/fuzzy";
import { sampleFiles } from "./diffs";

interface FileHits {
  path: string;
  count: number;
  hit: (index: number) => { line: number; text: string; marks: [number, number][] };
}

interface Open {
  state: SearchState;
  files: FileHits[];
  folded: Set<number>;
  context: number;
  timer?: ReturnType<typeof setTimeout>;
}

const deep = "crates/workspace/src/view/generated/bindings/of/a/rather/deep/place/where_names_are_long";
const paths = [
  "src/sync.rs",
  "docs/syncing.md",
  "src/manifest.rs",
  "src/main.rs",
  "src/hash.rs",
  "tests/round_trip.rs",
  "web/src/api.ts",
  "docs/format.md",
  `${deep}/the_synchronisation_of_manifests_between_folders.rs`,
  "文档/同步说明.md",
  "docs/عربي/مزامنة.md",
  ...sampleFiles.map((file) => file.path),
];
const symbols: [string, string, string, number, string | null][] = [
  ["SyncPlan", "struct", "src/sync.rs", 15, null],
  ["SyncError", "enum", "src/error.rs", 8, null],
  ["run_sync", "function", "src/lib.rs", 31, null],
  ["is_empty", "method", "src/sync.rs", 22, "SyncPlan"],
  ["parse_manifest", "function", "src/manifest.rs", 20, null],
  ["INLINE_LIMIT", "constant", "src/sync.rs", 12, null],
  ["同步", "function", "文档/同步.rs", 3, null],
  ["synchronise_everything_there_is_between_two_folders", "function", `${deep}/mod.rs`, 400, "Synchroniser"],
];

const lines = (path: string, query: string, texts: [number, string][]): FileHits => ({
  path,
  count: texts.length,
  hit: (index) => {
    const [line, text] = texts[index] ?? [1, ""];
    const marks: [number, number][] = [];
    for (let at = text.indexOf(query); at >= 0 && query; at = text.indexOf(query, at + query.length))
      marks.push([at, at + query.length]);
    return { line, text, marks };
  },
});

function filesFor(query: string): FileHits[] {
  if (query === "many")
    return Array.from({ length: 500 }, (_, file) => ({
      path: `src/part_${String(file).padStart(3, "0")}/mod.rs`,
      count: 100,
      hit: (index: number) => {
        const text = `    let many_${index} = too_many(&things, ${file});`;
        const second = text.indexOf("many(");
        return {
          line: index * 3 + 1,
          text,
          marks: [
            [8, 12],
            [second, second + 4],
          ] as [number, number][],
        };
      },
    }));
  if (query === "long")
    return [
      lines(`${deep}/the_synchronisation_of_manifests_between_folders.rs`, query, [
        [1, `const data = "${"long ".repeat(70)}";`],
        [88, `                                        let long = ${"x".repeat(300)};`],
      ]),
    ];
  if (query === "سلام" || query === "同步")
    return [
      lines("docs/عربي/مزامنة.md", query, [
        [4, `هذا نص عربي يقول ${query} ثم يستمر السطر let x = "${query}";`],
      ]),
      lines("文档/同步说明.md", query, [
        [7, `同步说明：先写入，再${query}，最后校验。日本語の説明も${query}にある。`],
      ]),
    ];
  if (query === "parse_manifest")
    return [
      lines("src/sync.rs", query, [[34, "    let manifest = parse_manifest(&bytes)?;"]]),
      lines("docs/format.md", query, [
        [6, "The reader is `parse_manifest` in `src/manifest.rs`. It rejects input"],
      ]),
      lines("src/main.rs", query, [
        [4, "use ferry::manifest::{parse_manifest, Manifest};"],
        [29, "    Ok(parse_manifest(&bytes)?)"],
      ]),
      lines("src/manifest.rs", query, [
        [19, "/// Decodes a manifest. `parse_manifest` never panics on bad input."],
        [20, "pub fn parse_manifest(bytes: &[u8]) -> Result<Manifest> {"],
        [41, '        assert!(parse_manifest(b"PK\\x03\\x04").is_err());'],
      ]),
      lines("tests/round_trip.rs", query, [
        [1, "use ferry::manifest::parse_manifest;"],
        [9, "    let again = parse_manifest(&first.encode()).unwrap();"],
        [16, "    assert!(parse_manifest(bytes).is_err());"],
      ]),
      lines("web/src/api.ts", query, [
        [11, 'const manifest = await invoke<Manifest>("parse_manifest", { version });'],
      ]),
    ];
  if (query === "nothing") return [];
  return sampleFiles.flatMap((file) => {
    const texts = (file.binary || file.special ? "" : (file.now ?? ""))
      .split("\n")
      .map((text, at): [number, string] => [at + 1, text])
      .filter(([, text]) => text.includes(query));
    return texts.length ? [lines(file.path, query, texts)] : [];
  });
}

const rowsOfHit = (open: Open) => (open.context > 0 ? 4 : 1);
const rowsOf = (open: Open, file: number) =>
  1 + (open.folded.has(file) ? 0 : (open.files[file]?.count ?? 0) * rowsOfHit(open));

function rowsOfFile(open: Open, file: number, firstHit: number): SearchRow[] {
  const found = open.files[file] as FileHits;
  const folded = open.folded.has(file);
  const rows: SearchRow[] = [{ kind: "file", file, path: found.path, hits: found.count, folded }];
  for (let at = 0; at < found.count && !folded; at += 1) {
    const hit = found.hit(at);
    if (open.context > 0) {
      rows.push(at === 0 ? { kind: "context", file, line: hit.line - 2, text: "" } : { kind: "gap", file });
      rows.push({ kind: "context", file, line: hit.line - 1, text: "    // the line before" });
    }
    rows.push({ kind: "hit", file, hit: firstHit + at, ...hit, reason: null });
    if (open.context > 0)
      rows.push({ kind: "context", file, line: hit.line + 1, text: "    // and the line after" });
  }
  return rows;
}

/** `speed` is how long a step of a long search takes, in milliseconds. */
export function fakeFinding(tell: (state: SearchState) => void, speed = 60): Partial<IBackend> {
  const searches = new Map<string, Open>();
  let last = 0;
  const unknown = { code: "UNKNOWN_SEARCH", message: "The search is no longer open.", hint: null };
  const known = (search: string) => {
    const open = searches.get(search);
    return open ? Promise.resolve(open) : Promise.reject(unknown);
  };
  const counted = (open: Open, files: number, extra: Partial<SearchState>) => {
    const shown = open.files.slice(0, files);
    open.state = {
      ...open.state,
      files,
      hits: shown.reduce((sum, file) => sum + file.count, 0),
      rows: shown.reduce((sum, _, file) => sum + rowsOf(open, file), 0),
      ...extra,
    };
    return open.state;
  };
  const begin = (projectId: string, options: SearchOptions): Open => {
    const files = filesFor(options.query).filter(
      ({ path }) =>
        !options.include.length || options.include.some((glob) => path.includes(glob.replace(/\*/g, ""))),
    );
    const state: SearchState = {
      search: `search-${(last += 1)}`,
      project_id: projectId,
      status: "running",
      files: 0,
      hits: 0,
      rows: 0,
      scanned: 0,
      total: 4_800,
      truncated: false,
      unreadable: 0,
      millis: 4,
      version: 42,
      indexed: true,
      failure: null,
      meaning: null,
    };
    const open: Open = { state, files, folded: new Set(), context: options.context };
    searches.set(state.search, open);
    return open;
  };
  const stream = (open: Open, endless: boolean) => {
    const from = open.state.files;
    const files = Math.min(open.files.length, from + 25);
    const done = files >= open.files.length && !endless;
    const scanned = endless ? 1_920 : Math.round((4_800 * files) / Math.max(1, open.files.length));
    tell(
      counted(open, files, {
        scanned,
        millis: open.state.millis + 30,
        ...(done ? { status: "done", truncated: true } : {}),
      }),
    );
    if (!done) open.timer = setTimeout(() => stream(open, endless), speed);
  };
  return {
    findFiles: (_id, query, recent, limit) => {
      const found: FoundFile[] = [...new Set(query ? paths : recent)]
        .map((path) => ({ path, fit: fuzzyFit(path, query), recent: recent.includes(path) }))
        .filter(({ fit }) => fit !== null)
        .sort((a, b) => Number(b.recent) - Number(a.recent) || (b.fit?.score ?? 0) - (a.fit?.score ?? 0))
        .map(({ path, fit, recent: isRecent }) => ({ path, at: fit?.at ?? [], recent: isRecent }));
      return Promise.resolve({
        files: found.slice(0, limit),
        matched: found.length,
        total: 4_800,
        version: 42,
      });
    },
    findSymbols: (_id, query, limit) => {
      const found: FoundSymbol[] = symbols
        .map(([name, kind, path, line, container]) => ({
          name,
          kind,
          path,
          line,
          column: 4,
          container,
          fit: fuzzyFit(name, query),
        }))
        .filter(({ fit }) => fit !== null)
        .map(({ fit, ...symbol }) => ({ ...symbol, at: fit?.at ?? [] }));
      const complete = query !== "par";
      return Promise.resolve({
        symbols: found.slice(0, limit),
        matched: found.length,
        total: 9_000,
        version: 42,
        complete,
      });
    },
    definitions: (_id, name) => {
      const place = (path: string, line: number, text: string, container: string | null): SymbolPlace => {
        const column = Math.max(0, text.indexOf(name));
        return { path, line, column, end_column: column + name.length, kind: "function", container, text };
      };
      const all = [
        place("src/hash.rs", 2, `pub fn ${name}(path: &Path) -> io::Result<Digest> {`, null),
        place("src/sync.rs", 12, `fn ${name}(bytes: &[u8]) -> Result<Manifest> {`, "Store"),
        place(
          "web/src/api.ts",
          3,
          `export async function ${name}(version: number): Promise<Manifest> {`,
          null,
        ),
      ];
      const places = name === "unknown" ? [] : name === "hash_file" ? all.slice(0, 1) : all;
      return Promise.resolve({ name, places, truncated: false, by_name: true, complete: true });
    },
    startReferences: (document, _line, _column, options) => {
      const begun = begin(document.split("/")[0] ?? "", options);
      const by_name = { code: "UNSUPPORTED", message: "What names mean is not known here.", hint: null };
      const meaning = { name: options.query, kind: "", by_name };
      return Promise.resolve(counted(begun, begun.files.length, { status: "done", meaning }));
    },
    startSearch: (projectId, options) => {
      if (options.regex && options.query.includes("("))
        return Promise.reject({
          code: "BAD_PATTERN",
          message: `regex parse error:\n    ${options.query}\n    ${" ".repeat(options.query.indexOf("("))}^\nerror: unclosed group`,
          hint: "Correct the pattern, or turn “Pattern” off to find the text as it is.",
        });
      if (options.include.some((glob) => glob.includes("[")))
        return Promise.reject({
          code: "BAD_GLOB",
          message: "“[” is no glob: the class is not closed.",
          hint: null,
        });
      const open = begin(projectId, options);
      if (options.query === "broken")
        return Promise.resolve(
          counted(open, 0, {
            status: "failed",
            failure: {
              code: "FOLDER_MISSING",
              message: "The folder went away while it was read.",
              hint: "Connect the drive it is on, and search again.",
            },
          }),
        );
      if (options.query === "many" || options.query === "slow") {
        if (options.query === "slow") open.files = filesFor("parse_manifest");
        open.timer = setTimeout(() => stream(open, options.query === "slow"), speed);
        return Promise.resolve(open.state);
      }
      const unreadable = options.query === "parse_manifest" && options.version !== null ? 2 : 0;
      return Promise.resolve(
        counted(open, open.files.length, { status: "done", scanned: 4_800, millis: 18, unreadable }),
      );
    },
    searchRows: async (search, first, count) => {
      const open = await known(search);
      const rows: SearchRow[] = [];
      let row = 0;
      let hit = 0;
      for (let file = 0; file < open.state.files && row < first + count; file += 1) {
        const length = rowsOf(open, file);
        if (row + length > first) {
          const own = rowsOfFile(open, file, hit);
          rows.push(...own.slice(Math.max(0, first - row), first + count - row));
        }
        row += length;
        hit += open.files[file]?.count ?? 0;
      }
      return { first, total: open.state.rows, rows };
    },
    foldSearch: async (search, file, folded) => {
      const open = await known(search);
      const which = file === null ? open.files.map((_, at) => at) : [file];
      for (const at of which)
        if (folded) open.folded.add(at);
        else open.folded.delete(at);
      return counted(open, open.state.files, {});
    },
    searchPlace: async (search, hit) => {
      const open = await known(search);
      const wanted = ((hit % open.state.hits) + open.state.hits) % open.state.hits;
      let row = 0;
      let before = 0;
      for (const [at, file] of open.files.entries()) {
        if (wanted < before + file.count) {
          const { line, text, marks } = file.hit(wanted - before);
          const within = 1 + (wanted - before) * rowsOfHit(open) + (open.context > 0 ? 2 : 0);
          const [start, end] = marks[0] ?? [0, 0];
          void text;
          return {
            hit: wanted,
            row: row + (open.folded.has(at) ? 0 : within),
            path: file.path,
            line,
            start,
            end,
          };
        }
        row += rowsOf(open, at);
        before += file.count;
      }
      throw { code: "NO_HITS", message: "Nothing was found.", hint: null };
    },
    cancelSearch: (search) => {
      const open = searches.get(search);
      clearTimeout(open?.timer);
      if (open?.state.status === "running") tell((open.state = { ...open.state, status: "cancelled" }));
      return Promise.resolve(null);
    },
    findInDocument: (document, { query }) => {
      const text = sampleFiles.find((file) => file.path === document.split("@")[0])?.now ?? "";
      const matches = text
        .split("\n")
        .map((line, at) => ({
          line: at + 1,
          start: line.indexOf(query),
          end: line.indexOf(query) + query.length,
        }))
        .filter(({ start }) => start >= 0);
      return Promise.resolve({ matches, truncated: false });
    },
    indexState: (project_id) => {
      const part = {
        status: "ready" as const,
        done: 10,
        total: 10,
        bytes: "1",
        corpus_bytes: "4",
        failure: null,
      };
      return Promise.resolve({ project_id, text: part, symbols: part });
    },
  };
}
