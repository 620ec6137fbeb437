// The refactor jobs of the design's pictures: a rename of parse_manifest in ferry, in every state.
import type {
  CodeLine,
  RefactorCertainty,
  RefactorEdit,
  RefactorFile,
  RefactorHunk,
  RefactorJob,
  RefactorProposal,
} from "../src/lib/ipc/bindings";

const OLD = "parse_manifest";
const NEW = "read_manifest";
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export const refactorJob = (id: string, extra: Partial<RefactorJob> = {}): RefactorJob => ({
  id,
  project_id: "project-ferry",
  project: "ferry",
  status: "PROPOSED",
  title: `Rename ${OLD} to ${NEW}`,
  ask_kind: "RENAME_SYMBOL",
  old_name: OLD,
  new_name: NEW,
  symbol_kind: "function",
  path: "src/manifest.rs",
  line: 20,
  column: 7,
  version: 42,
  error: null,
  progress: { phase: "", done: 0, total: 0 },
  edits: 13,
  files: 6,
  certain: 10,
  probable: 1,
  text: 2,
  conflicts: 0,
  breaking: 0,
  applied: null,
  created_at: minutesAgo(3),
  finished_at: minutesAgo(3),
  applied_at: null,
  stale: false,
  ...extra,
});

interface Place {
  line: number;
  text: string;
  before?: string;
  after?: string;
  certainty?: RefactorCertainty;
  reason: string;
  scope: string;
  group?: number;
}

const span = (text: string): [number, number, number][] => {
  const found: [number, number, number][] = [];
  for (const match of text.matchAll(/\b(use|crate|let|fn|pub|const|await|import)\b|"[^"]*"|\/\/.*/g)) {
    const kind = match[0].startsWith('"') ? 2 : match[0].startsWith("//") ? 3 : 1;
    found.push([match.index, match.index + match[0].length, kind]);
  }
  return found;
};
const code = (line: number, text: string): CodeLine => ({ line, text, spans: span(text) });

/** A file with its edits and hunks, made of the lines that a name stands in. */
export function sampleFile(
  path: string,
  firstId: number,
  places: readonly Place[],
  [from, to] = [OLD, NEW],
): { file: RefactorFile; hunks: RefactorHunk[] } {
  const of = (certainty: RefactorCertainty) =>
    places.filter((place) => (place.certainty ?? "CERTAIN") === certainty).length;
  const edits = places.map(({ line, text, certainty = "CERTAIN", reason, group }, at): RefactorEdit => {
    const column = Math.max(0, text.indexOf(from));
    return {
      id: firstId + at,
      line,
      column,
      start: line * 40 + column,
      end: line * 40 + column + from.length,
      old: from,
      new: to,
      certainty,
      reason,
      group: group ?? null,
    };
  });
  const hunks = places.map(({ line, text, before, after, scope }, at): RefactorHunk => {
    const column = Math.max(0, text.indexOf(from));
    return {
      ids: [firstId + at],
      line,
      scope,
      before: before === undefined ? [] : [code(line - 1, before)],
      old: [code(line, text)],
      new: [code(line, text.replace(from, to))],
      after: after === undefined ? [] : [code(line + 1, after)],
      old_marks: [[0, column, column + from.length]],
      new_marks: [[0, column, column + to.length]],
    };
  });
  return {
    file: {
      path,
      new_path: null,
      language: path.endsWith(".ts") ? "TypeScript" : "Rust",
      certain: of("CERTAIN"),
      probable: of("PROBABLE"),
      text: of("TEXT"),
      edits,
      generated: false,
      ignored: false,
    },
    hunks,
  };
}

/** What the fake shell knows of one job. */
export interface Known {
  proposal: RefactorProposal;
  hunks: Record<string, RefactorHunk[]>;
}

export function known(
  job: RefactorJob,
  files: { file: RefactorFile; hunks: RefactorHunk[] }[],
  extra: Partial<RefactorProposal> = {},
): Known {
  return {
    proposal: {
      job,
      files: files.map(({ file }) => file),
      moves: [],
      created: [],
      removed: [],
      conflicts: [],
      groups: [],
      excluded: files.flatMap(({ file }) =>
        file.edits.filter(({ certainty }) => certainty === "TEXT").map(({ id }) => id),
      ),
      ...extra,
    },
    hunks: Object.fromEntries(files.map(({ file, hunks }) => [file.path, hunks])),
  };
}

const imported = "imported from crate::manifest";
const called = "calls it";

/** The proposal of the pictures, with or without the name that is taken in main.rs. */
export function sampleProposal(job: RefactorJob, conflict = false): Known {
  const files = [
    sampleFile("docs/format.md", 12, [
      {
        line: 14,
        text: "Read by `parse_manifest`, which refuses unknown keys.",
        before: "",
        certainty: "TEXT",
        reason: "the same word in prose",
        scope: "",
      },
    ]),
    sampleFile("src/main.rs", 5, [
      {
        line: 4,
        text: "use ferry::manifest::{parse_manifest, Manifest};",
        before: "use clap::Parser;",
        after: "use ferry::sync;",
        reason: imported,
        scope: "Import",
      },
      {
        line: 31,
        text: "    let manifest = parse_manifest(&bytes)?;",
        before: "    let bytes = std::fs::read(&path)?;",
        after: "    print(&manifest);",
        reason: called,
        scope: "read_manifest",
      },
    ]),
    sampleFile("src/manifest.rs", 0, [
      {
        line: 3,
        text: "//! Everything is read by parse_manifest and written by Manifest::encode.",
        before: "//! The format of a manifest.",
        certainty: "TEXT",
        reason: "the same word in a doc comment",
        scope: "",
      },
      {
        line: 20,
        text: "pub fn parse_manifest(bytes: &[u8]) -> Result<Manifest> {",
        before: "/// Reads a manifest.",
        after: "    let mut lines = bytes.split(|byte| *byte == b'\\n');",
        reason: "its declaration",
        scope: "parse_manifest",
      },
      {
        line: 88,
        text: "        assert_eq!(parse_manifest(&text).unwrap(), manifest);",
        before: "        let text = manifest.encode();",
        after: "    }",
        reason: called,
        scope: "there_and_back",
      },
    ]),
    sampleFile("src/sync.rs", 20, [
      {
        line: 8,
        text: "use crate::manifest::{parse_manifest, Entry, Manifest};",
        before: "use crate::hash::{hash_file, Digest};",
        after: "use crate::walk::walk_tracked;",
        reason: imported,
        scope: "Import",
      },
      {
        line: 37,
        text: "    parse_manifest(&std::fs::read(head)?)",
        before: "    }",
        after: "}",
        reason: called,
        scope: "latest",
      },
      {
        line: 88,
        text: "    let manifest = parse_manifest(&bytes)?;",
        before: '    let bytes = std::fs::read(store.join(format!("v{version}.fmf")))?;',
        after: "    let found = Digest::of(&bytes);",
        reason: called,
        scope: "verify",
      },
    ]),
    sampleFile("tests/round_trip.rs", 30, [
      {
        line: 2,
        text: "use ferry::manifest::parse_manifest;",
        before: "use ferry::hash::Digest;",
        after: "",
        reason: imported,
        scope: "Import",
        group: 1,
      },
      {
        line: 19,
        text: "    let read = parse_manifest(&written).unwrap();",
        before: "    let written = manifest.encode();",
        after: "    assert_eq!(read, manifest);",
        reason: called,
        scope: "reads_what_it_wrote",
        group: 1,
      },
      {
        line: 40,
        text: '    assert!(parse_manifest(b"\\xff").is_err());',
        before: "fn refuses_garbage() {",
        after: "}",
        reason: called,
        scope: "refuses_garbage",
        group: 1,
      },
    ]),
    sampleFile("web/src/api.ts", 40, [
      {
        line: 11,
        text: '  const manifest = await invoke<Manifest>("parse_manifest", { version });',
        before: "",
        after: "  return manifest.entries;",
        certainty: "PROBABLE",
        reason: "a command name sent to the Rust side",
        scope: "loadManifest",
      },
    ]),
  ];
  return known(job, files, {
    excluded: [12],
    groups: [{ number: 1, label: "The import in tests/round_trip.rs and what uses it", ids: [30, 31, 32] }],
    conflicts: conflict
      ? [
          {
            path: "src/main.rs",
            line: 26,
            kind: "NAME_CLASH",
            breaks: true,
            message: "src/main.rs already has a function called read_manifest",
            old_name: true,
          },
          {
            path: "src/gen.rs",
            line: 0,
            kind: "GENERATED_FILE",
            breaks: false,
            message: "src/gen.rs is made by build.rs, which would make it anew",
            old_name: false,
          },
        ]
      : [],
  });
}

/** A move of a folder with what imports it. */
export function sampleMove(job: RefactorJob): Known {
  return known(
    job,
    [
      sampleFile(
        "src/lib.rs",
        2,
        [
          {
            line: 6,
            text: "pub mod walk;",
            before: "pub mod sync;",
            reason: "declares the module",
            scope: "",
            group: 1,
          },
        ],
        ["walk", "tree"],
      ),
    ],
    {
      moves: [
        {
          id: 1,
          from: "src/walk",
          to: "src/tree",
          files: 4,
          certainty: "CERTAIN",
          reason: "what was asked for",
          group: 1,
        },
      ],
      created: [
        {
          id: 7,
          path: "src/tree/README.md",
          lines: 12,
          certainty: "CERTAIN",
          reason: "part of the patch",
          group: null,
        },
      ],
      groups: [{ number: 1, label: "The folder and the module that names it", ids: [1, 2] }],
    },
  );
}

/** Ten thousand edits in five hundred files. */
export function largeProposal(job: RefactorJob): Known {
  let id = 0;
  const files = Array.from({ length: 500 }, (_, number) => {
    const places = Array.from({ length: 20 }, (__, at): Place => ({
      line: 10 + at * 7,
      text: `    let manifest_${at} = parse_manifest(&bytes)?;`,
      before: "    // What is on disk.",
      after: "    seen += 1;",
      reason: called,
      scope: `step_${at}`,
    }));
    const made = sampleFile(`src/part_${String(number).padStart(3, "0")}.rs`, id, places);
    id += places.length;
    return made;
  });
  return known(job, files);
}

/** The jobs of a project, one in every state. */
export function sampleRefactors(): { jobs: RefactorJob[]; known: Record<string, Known> } {
  const applied = {
    journal_id: "journal-1",
    undo_version: 43,
    files: 5,
    edits: 12,
    skipped: 1,
    threads_moved: 6,
    threads_lost: 0,
  };
  const r1 = refactorJob("r1");
  const r2 = refactorJob("r2", { created_at: minutesAgo(5), conflicts: 2, breaking: 1 });
  const r3 = refactorJob("r3", { created_at: minutesAgo(9), stale: true });
  const r4 = refactorJob("r4", {
    created_at: minutesAgo(60),
    status: "APPLIED",
    applied,
    applied_at: minutesAgo(50),
  });
  const r5 = refactorJob("r5", {
    created_at: minutesAgo(90),
    status: "UNDONE",
    applied,
    applied_at: minutesAgo(80),
  });
  const move = {
    ask_kind: "MOVE",
    title: "Move src/walk to src/tree",
    old_name: "",
    new_name: "",
    symbol_kind: "",
    path: "src/walk",
    line: 0,
  } as const;
  const r6 = refactorJob("r6", {
    ...move,
    created_at: minutesAgo(12),
    edits: 3,
    files: 3,
    certain: 3,
    probable: 0,
    text: 0,
  });
  const failed = { status: "FAILED", edits: 0, files: 0, certain: 0, probable: 0, text: 0 } as const;
  const r7 = refactorJob("r7", {
    ...failed,
    created_at: minutesAgo(200),
    title: "Rename plan to plan_sync",
    old_name: "plan",
    new_name: "plan_sync",
    error: { code: "UNREADABLE", message: "src/sync.rs can't be read as text", hint: "It is not UTF-8." },
  });
  const r8 = refactorJob("r8", {
    ...failed,
    created_at: minutesAgo(300),
    title: "Replace TODO with NOTE",
    ask_kind: "REPLACE_TEXT",
    error: { code: "CANCELLED", message: "It was cancelled", hint: null },
  });
  const r9 = refactorJob("r9", {
    created_at: minutesAgo(0),
    status: "RUNNING",
    finished_at: null,
    title: "Rename Digest to Fingerprint",
    old_name: "Digest",
    new_name: "Fingerprint",
    symbol_kind: "struct",
    path: "src/hash.rs",
    line: 12,
    progress: { phase: "Looking for places", done: 214, total: 980 },
  });
  const r0 = refactorJob("r0", {
    created_at: minutesAgo(400),
    status: "DISCARDED",
    title: "Replace println! by tracing::info!",
    ask_kind: "REPLACE_PATTERN",
  });
  return {
    jobs: [r1, r2, r3, r4, r5, r6, r7, r8, r9, r0],
    known: {
      r1: sampleProposal(r1),
      r2: sampleProposal(r2, true),
      r3: sampleProposal(r3),
      r4: sampleProposal(r4),
      r5: sampleProposal(r5),
      r6: sampleMove(r6),
    },
  };
}
