// Jobs and pages as they would be, for screens and tests.
import type {
  AiJob,
  BriefSymbol,
  Citation,
  CodeLine,
  Page,
  Prose,
  Sentence,
  SymbolFacts,
} from "../src/lib/ipc/bindings";

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export const aiJob = (id: string, extra: Partial<AiJob> = {}): AiJob => ({
  id,
  project_id: "project-ferry",
  project: "ferry",
  job_type: "DOCS",
  subject: { kind: "FOLDER", path: "src" },
  title: "How ferry syncs a folder",
  version: 42,
  status: "SUCCESS",
  ahead: 0,
  error: null,
  progress: {
    phase: "WAITING",
    section: "",
    done: 0,
    total: 0,
    tokens: 0,
    tokens_per_second: 0,
    prompt_tokens: 0,
    context: 0,
    memory: 0,
    seconds_left: null,
  },
  model: "SmolLM2 135M",
  model_id: "m1",
  endpoint: null,
  created_at: minutesAgo(9),
  started_at: minutesAgo(9),
  finished_at: minutesAgo(3),
  citations: 7,
  uncited: 0,
  has_page: true,
  ...extra,
});

const cite = (id: number, path: string, line_start: number, line_end: number): Citation => ({
  id,
  path,
  line_start,
  line_end,
  object: String(id).repeat(64).slice(0, 64),
  version: 42,
});

const said = (citations: number[], ...parts: (string | [string, number | null])[]): Sentence => ({
  parts: parts.map((part) =>
    typeof part === "string"
      ? { kind: "text", text: part }
      : { kind: "name", text: part[0], citation: part[1] },
  ),
  citations,
  accepted: false,
});

const prose = (slot: string, sentences: Sentence[], state: Prose["state"] = "WRITTEN"): Prose => ({
  slot,
  state,
  sentences,
});

export const symbolFacts = (name: string, extra: Partial<SymbolFacts> = {}): SymbolFacts => ({
  name,
  kind: "function",
  signature: `pub fn ${name}(root: &Path, base: &Manifest) -> Result<SyncPlan>`,
  doc: "Compares the folder with a manifest.",
  public: true,
  citation: 3,
  used_by: [
    { name: "sync", citation: 1 },
    { name: "main", citation: 2 },
  ],
  more_used_by: 3,
  uses: [{ name: "hash_file", citation: 5 }],
  more_uses: 0,
  prose: null,
  ...extra,
});

/** The page of the design's pictures; `written` sections of six are done. */
export function samplePage(written = 6): Page {
  const at = (section: number) => (section < written ? "WRITTEN" : "WAITING") as Prose["state"];
  const slot = (section: number, name: string, sentences: Sentence[]) =>
    prose(name, section < written ? sentences : [], at(section));
  const page: Page = {
    format: 1,
    title: "How ferry syncs a folder",
    subject: { kind: "FOLDER", path: "src" },
    manifest_id: "m42",
    version: 42,
    writer: { model: "SmolLM2 135M", endpoint: null },
    sections: [
      {
        id: "overview",
        title: "What a sync does",
        level: 2,
        blocks: [
          {
            kind: "prose",
            ...slot(0, "overview", [
              said(
                [1],
                "A sync compares a folder with the newest manifest and records what changed as the next version.",
              ),
              said([2], "The comparison writes nothing; only ", ["commit", 2], " touches the store."),
            ]),
          },
          {
            kind: "diagram",
            caption: "sync.rs uses hash.rs and store.rs",
            width: 420,
            height: 120,
            nodes: [
              { label: "sync.rs", x: 0, y: 45, width: 110, height: 30, focus: true, citation: 1 },
              { label: "hash.rs", x: 300, y: 10, width: 110, height: 30, focus: false, citation: 5 },
              { label: "store.rs", x: 300, y: 80, width: 110, height: 30, focus: false, citation: null },
            ],
            edges: [
              { from: 0, to: 1, points: [110, 60, 200, 60, 200, 25, 300, 25], weight: 4 },
              { from: 0, to: 2, points: [110, 60, 200, 60, 200, 95, 300, 95], weight: 1 },
            ],
          },
        ],
      },
      {
        id: "planning",
        title: "Planning",
        level: 2,
        blocks: [
          {
            kind: "prose",
            ...slot(1, "planning", [
              said(
                [3],
                ["plan", 3],
                " walks the tracked files, hashes each one and sorts it into one of three lists:",
              ),
            ]),
          },
          {
            kind: "list",
            caption: "",
            items: [
              { term: "added", text: "in the folder, not in the manifest", citation: 4, prose: null },
              { term: "changed", text: "in both, with a different hash", citation: 4, prose: null },
              { term: "removed", text: "in the manifest, no longer in the folder", citation: 4, prose: null },
            ],
            more: 0,
          },
          {
            kind: "prose",
            ...slot(1, "planning:2", [
              said([5], "Hashing reads 64 KB at a time, so memory use does not grow with file size."),
              said([], "Most projects finish in under a second."),
            ]),
          },
        ],
      },
      {
        id: "reading",
        title: "Reading the newest version",
        level: 2,
        blocks: [
          {
            kind: "prose",
            ...slot(2, "reading", [
              {
                parts: [
                  { kind: "text", text: "If " },
                  { kind: "name", text: "HEAD", citation: null },
                  { kind: "text", text: " is absent, " },
                  { kind: "unknown", text: "load_latest_now" },
                  { kind: "text", text: " returns an empty manifest." },
                ],
                citations: [6],
                accepted: false,
              },
            ]),
          },
          {
            kind: "quote",
            text: "The newest manifest, or an empty one\nbefore the first sync.",
            citation: 6,
          },
          {
            kind: "symbols",
            symbols: [
              symbolFacts("plan", {
                prose: slot(2, "symbol:src/sync.rs#plan", [said([3], "It writes nothing.")]),
              }),
              symbolFacts("Syncer::commit", { kind: "method", citation: 7, public: false, doc: null }),
            ],
          },
        ],
      },
      {
        id: "writing",
        title: "Writing a version",
        level: 2,
        blocks: [
          {
            kind: "prose",
            ...slot(3, "writing", [
              said(
                [7],
                "The new manifest is written to a temporary file, then renamed over ",
                ["HEAD", null],
                ".",
              ),
            ]),
          },
        ],
      },
      {
        id: "checking",
        title: "Checking a version",
        level: 2,
        blocks: [
          { kind: "prose", ...slot(4, "checking", [said([6], "Every object is read again.")]) },
          {
            kind: "code",
            text: "pub fn verify(&self) -> Result<Report> {\n    self.objects.verify()\n}",
            citation: 6,
          },
        ],
      },
      {
        id: "limits",
        title: "Limits",
        level: 2,
        blocks: [
          { kind: "prose", ...slot(5, "limits", [said([4], "Files above 2 GB are listed and not read.")]) },
          { kind: "note", text: "One file is not UTF-8 and was listed, not read." },
        ],
      },
    ],
    citations: [
      cite(1, "src/sync.rs", 40, 58),
      cite(2, "src/sync.rs", 60, 83),
      cite(3, "src/sync.rs", 41, 58),
      cite(4, "src/sync.rs", 15, 19),
      cite(5, "src/hash.rs", 9, 24),
      cite(6, "src/sync.rs", 32, 38),
      cite(7, "src/sync.rs", 78, 80),
    ],
    files_read: 9,
    checks: {
      sentences: 8,
      cited: 7,
      uncited: written > 1 ? 1 : 0,
      citations_resolved: 14,
      citations_dropped: 2,
      names_known: 4,
      names_unknown: 1,
      paths_unknown: 0,
      sentences_dropped: 3,
      symbols: 2,
      secrets_withheld: 0,
      parts: 0,
    },
    run: {
      answers: 8,
      prompt_tokens: 9_412,
      reused_tokens: 7_100,
      generated_tokens: 612,
      prompt_ms: 9_000,
      generate_ms: 21_000,
      context: 2_048,
      duration_ms: 31_400,
    },
  };
  return page;
}

/** Definitions with a line each. */
export const briefSymbols = (name: string, count: number): BriefSymbol[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `${name}_${at}`,
    kind: at % 3 === 0 ? "struct" : "function",
    signature:
      at % 5 === 0 ? `pub fn ${name}_${at}(\n    root: &Path,\n) -> Plan` : `pub fn ${name}_${at}() -> Plan`,
    says: at % 2 === 0 ? "Compares the folder with a manifest." : "",
    public: true,
    citation: 3,
  }));

/** A page as long as that of a whole project: so many definitions with facts, and so many with a line. */
export function largePage(symbols: number, brief = 0): Page {
  const page = samplePage();
  const each = 12;
  const files = Array.from({ length: Math.ceil(symbols / each) }, (_, file) => ({
    id: `file:src/file${file}.rs`,
    title: `src/file${file}.rs`,
    level: 2,
    blocks: [
      {
        kind: "prose" as const,
        ...prose(`file:src/file${file}.rs`, [said([1], `File ${file} does one thing.`)]),
      },
      {
        kind: "symbols" as const,
        symbols: Array.from({ length: each }, (_, at) =>
          symbolFacts(`plan_${file}_${at}`, {
            prose: prose(`symbol:${file}:${at}`, [
              said([3], "It compares the folder with a manifest and writes nothing."),
            ]),
          }),
        ),
      },
    ],
  }));
  const lists = Array.from({ length: Math.ceil(brief / each) }, (_, file) => ({
    id: `file:lib/list${file}.rs`,
    title: `lib/list${file}.rs`,
    level: 3,
    blocks: [{ kind: "brief" as const, symbols: briefSymbols(`list_${file}`, each) }],
  }));
  const sections = [...page.sections, ...files, ...lists];
  return { ...page, title: "ferry", subject: { kind: "PROJECT" }, sections };
}

/** The lines of a definition, its keywords coloured: what the workspace says of `citation`. */
export function signatureLines(page: Page | undefined, citation: number): CodeLine[] {
  const known = page?.sections
    .flatMap(({ blocks }) => blocks)
    .flatMap((block): { citation: number; signature: string }[] =>
      block.kind === "symbols" || block.kind === "brief" ? block.symbols : [],
    );
  const signature = known?.find((symbol) => symbol.citation === citation)?.signature ?? "";
  return `/// What it is.\n${signature} {`.split("\n").map((text, at) => ({
    line: at + 1,
    text,
    spans: [...text.matchAll(/\/\/\/.*|\b(?:pub|fn|struct)\b|\b[A-Z]\w*/g)].map(
      ({ 0: word, index }): [number, number, number] => [
        index,
        index + word.length,
        word.startsWith("/") ? 3 : /^[A-Z]/.test(word) ? 5 : 1,
      ],
    ),
  }));
}
