// What the fake shell knows of versions: a timeline, comparisons, plans, storage and tasks that take a moment.
import type { IBackend } from "../src/lib/ipc/backend";
import type {
  DiffFile,
  FileDiff,
  JournalCard,
  ProjectStorage,
  Retention,
  Side,
  TaskProgress,
  Verification,
  VersionCard,
} from "../src/lib/ipc/bindings";
import { fakeDiffFile, fileRows, sampleFiles, type FakeFile } from "./diffs";

const hashes = ["7c1e9af2", "e05b21d8", "4a90c7f3", "91d20be6", "c83f5517", "0d6aee94", "b21c408e"];
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

export const versionCard = (version: number, extra: Partial<VersionCard> = {}): VersionCard => ({
  id: `manifest-${version}`,
  version,
  created_at: hoursAgo((42 - version) * 5 + 0.4),
  hash: (hashes[(42 - version) % 7] ?? "7c1e9af2").repeat(8),
  trigger: version % 3 === 0 ? "MANUAL" : "WATCH",
  label: "",
  pinned: false,
  branch: "main",
  commit: `0f3c2a1${version}`.padEnd(40, "e"),
  commit_summary: null,
  files: 38,
  bytes: "412000",
  added: version % 4,
  changed: (version % 5) + 1,
  removed: version % 3 === 1 ? 1 : 0,
  paths: ["src/sync.rs", "src/hash.rs", "web/src/App.tsx"].slice(0, 1 + (version % 3)),
  verified_at: hoursAgo(0.05),
  undo_point: null,
  ...extra,
});

/** The timeline of the design's pictures, and as many more versions as asked for. */
export function sampleVersions(count = 42): VersionCard[] {
  const named: Record<number, Partial<VersionCard>> = {
    [count]: { commit_summary: "Index threads by symbol", added: 1, changed: 8, removed: 1 },
    [count - 1]: { commit_summary: "Block reader for hash_file" },
    [count - 2]: { label: "First pass at verify", pinned: true },
    [count - 3]: { undo_point: "Restore of v36", added: 0, changed: 8, removed: 8, trigger: "MANUAL" },
    [count - 4]: { commit_summary: "Format: trailer holds the hash", verified_at: null },
    [count - 5]: { commit_summary: "Drop mtime from Entry" },
    [count - 6]: { commit_summary: "Bridge types for the web view", added: 12, removed: 0 },
    [count - 8]: { added: 0, changed: 1, removed: 0, paths: ["src/main.rs"] },
    [count - 9]: { added: 1, changed: 2, removed: 0, paths: ["src/a.rs", "src/b.rs", "src/c.rs"] },
  };
  return Array.from({ length: count }, (_, at) => {
    const version = count - at;
    return versionCard(version, {
      created_at: hoursAgo(at * 5 + 0.4),
      hash: (hashes[at % 7] ?? "").repeat(8),
      ...(named[version] ?? {}),
    });
  });
}

const failed = (code: string, message: string, hint: string | null = null) => ({ code, message, hint });

export interface FakeVersions {
  versions: VersionCard[];
  files: FakeFile[];
  journals: JournalCard[];
  verification: Partial<Verification>;
  storage: ProjectStorage;
  /** How many files and lines a comparison has beyond the sample, to try what is large. */
  many: number;
  longLines: number;
}

const png = (colour: string) =>
  new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><rect width="320" height="200" rx="24" fill="${colour}"/><circle cx="120" cy="100" r="60" fill="white"/></svg>`,
  ) as Uint8Array<ArrayBuffer>;

const longRow = (at: number) => ({
  kind: at % 40 === 20 ? ("removed" as const) : at % 40 === 21 ? ("added" as const) : ("context" as const),
  old_line: at % 40 === 21 ? null : at + 1,
  new_line: at % 40 === 20 ? null : at + 1,
  text: `    let value_${at} = compute(${at}, "line ${at}");`,
  marks: [] as [number, number][],
  spans: [[4, 7, 1]] as [number, number, number][],
  hidden: 0,
  no_newline: false,
});

export function fakeVersions(know: FakeVersions, tick = 40): Partial<IBackend> {
  const stopped = new Set<string>();
  const steps = async (
    task: string,
    phase: string,
    total: number,
    tell: (progress: TaskProgress) => void,
  ) => {
    for (let done = 0; done <= total; done += Math.ceil(total / 10)) {
      if (stopped.has(task)) throw failed("CANCELLED", "this was cancelled");
      tell({ phase, done, total, bytes: String(done * 1000) });
      await new Promise((after) => setTimeout(after, tick));
    }
  };
  const verdict = (version: number): Verification => ({
    version,
    ok: true,
    checked: 412,
    problems: [],
    problems_total: 0,
    healed: [],
    ...know.verification,
  });
  const change = (version: number, extra: Partial<VersionCard>) => {
    know.versions = know.versions.map((card) => (card.version === version ? { ...card, ...extra } : card));
    const found = know.versions.find((card) => card.version === version);
    return found ? Promise.resolve(found) : Promise.reject(failed("UNKNOWN_VERSION", "No such version."));
  };
  const fileAt = (index: number): FakeFile =>
    know.files[index] ?? {
      path: `generated/part-${String(index).padStart(5, "0")}.ts`,
      old: "let a = 1;\nlet b = 2;",
      now: `let a = ${index};\nlet b = 2;\nlet c = 3;`,
    };
  const long = (index: number) => know.longLines > 0 && index === 0;
  const total = () => know.files.length + know.many;
  const listed = (index: number): DiffFile => ({
    ...fakeDiffFile(fileAt(index), index),
    ...(long(index)
      ? {
          path: "big/generated.rs",
          kind: "changed" as const,
          binary: false,
          added_lines: 5000,
          removed_lines: 5000,
        }
      : {}),
  });
  const look = (index: number): FileDiff => {
    const file = fileAt(index);
    if (long(index))
      return {
        kind: "text",
        rows: know.longLines,
        hunks: 5000,
        added_lines: 5000,
        removed_lines: 5000,
        language: "Rust",
        same_lines: false,
        note: null,
      };
    if (file.special === "image") return { kind: "image", old: true, new: true };
    if (file.special === "symlink") return { kind: "symlink", old: file.old, new: file.now };
    if (file.special === "submodule") return { kind: "submodule", old: "0f3c2a1e77aa", new: "9b1d44c0aa12" };
    if (file.special === "unavailable")
      return {
        kind: "unavailable",
        failure: failed(
          "NOT_KEPT",
          "data/tides.bin of v41 was not kept: it is larger than 32 MB.",
          "Its size and hash are recorded. The working copy may still hold it.",
        ),
      };
    if (file.binary)
      return { kind: "binary", old_hash: "5e0c77a1".repeat(8), new_hash: "9b1d44c0".repeat(8) };
    if (file.mode) return { kind: "mode" };
    const rows = fileRows(file, []);
    return {
      kind: "text",
      rows: rows.length,
      hunks: 2,
      added_lines: rows.filter(({ kind }) => kind === "added").length,
      removed_lines: rows.filter(({ kind }) => kind === "removed").length,
      language: "Rust",
      same_lines: false,
      note: null,
    };
  };

  return {
    versions: (_id, before, limit) => {
      const older = know.versions.filter((card) => before === null || card.version < before);
      const versions = older.slice(0, limit);
      return Promise.resolve({
        versions,
        total: know.versions.length,
        more: versions.length < older.length,
      });
    },
    labelVersion: (_id, version, label) => change(version, { label }),
    pinVersion: (_id, version, pinned) => change(version, { pinned }),
    cancelTask: (task) => {
      stopped.add(task);
      return Promise.resolve(null);
    },
    verifyVersion: async (task, _id, version, tell) => {
      await steps(task, "Checking", 400, tell);
      return verdict(version ?? know.versions[0]?.version ?? 1);
    },
    verifyAll: async (task, _id, tell) => {
      await steps(task, "Checking", 9_000, tell);
      return know.versions.map(({ version }) => verdict(version));
    },
    compare: (_id, old: Side, now: Side) =>
      Promise.resolve({
        diff: `${JSON.stringify(old)}-${JSON.stringify(now)}`,
        old,
        new: now,
        files: total(),
        added: 1,
        removed: 1,
        changed: total() - 4,
        renamed: 1,
        mode: 1,
        added_lines: know.many ? null : 76,
        removed_lines: know.many ? null : 24,
      }),
    diffFiles: (_diff, first, count) => {
      const last = Math.min(first + count, total());
      return Promise.resolve({
        first,
        files: Array.from({ length: Math.max(0, last - first) }, (_, at) => listed(first + at)),
      });
    },
    diffFile: (_diff, index) => Promise.resolve(look(index)),
    diffRows: (_diff, index, first, count, expand) => {
      if (long(index)) {
        const last = Math.min(first + count, know.longLines);
        return Promise.resolve({
          first,
          total: know.longLines,
          rows: Array.from({ length: Math.max(0, last - first) }, (_, at) => longRow(first + at)),
        });
      }
      const rows = fileRows(fileAt(index), expand);
      return Promise.resolve({ first, total: rows.length, rows: rows.slice(first, first + count) });
    },
    diffBytes: (_diff, _index, newSide) => Promise.resolve(png(newSide ? "#2f6fa8" : "#b4572f")),
    restorePlan: (_id, version, paths) =>
      Promise.resolve({
        version,
        created: paths.length ? 0 : 1,
        overwritten: paths.length || 9,
        removed: paths.length ? 0 : 1,
        modes: paths.length ? 0 : 1,
        files: paths.length
          ? paths.map((path) => ({ path, action: "overwrite" as const }))
          : sampleFiles.map(({ path, old, now }) => ({
              path,
              action:
                old === null
                  ? ("remove" as const)
                  : now === null
                    ? ("create" as const)
                    : ("overwrite" as const),
            })),
        unavailable: paths.length
          ? []
          : [{ path: "data/tides.bin", reason: "Its contents were not kept: larger than 32 MB." }],
        unavailable_total: paths.length ? 0 : 1,
        records_first: true,
        bytes: "412000",
      }),
    restore: async (task, _id, version, paths, tell) => {
      await steps(task, "Writing", 12, tell);
      const files = paths.length || 12;
      const title = paths.length === 1 ? `Restore of ${paths[0]} from v${version}` : `Restore of v${version}`;
      const id = `journal-${know.journals.length + 1}`;
      know.journals = [
        {
          id,
          title,
          status: "APPLIED",
          files,
          created_at: new Date().toISOString(),
          can_undo: true,
          failure: null,
        },
        ...know.journals,
      ];
      return {
        journal_id: id,
        version,
        files,
        undo_version: (know.versions[0]?.version ?? 0) + 1,
        unavailable: 0,
        problems: [],
      };
    },
    journals: () => Promise.resolve(know.journals),
    undoJournal: async (task, _id, journal, tell) => {
      await steps(task, "Writing", 12, tell);
      const undone = know.journals.find(({ id }) => id === journal);
      if (!undone) throw failed("UNKNOWN_JOURNAL", "There is no such change.");
      know.journals = know.journals.map((one) =>
        one === undone ? { ...one, status: "UNDONE", can_undo: false } : one,
      );
      return { ...undone, id: `${journal}-undo`, title: `Undo of ${undone.title}` };
    },
    projectStorage: () => Promise.resolve(know.storage),
    storage: () =>
      Promise.resolve({
        database_bytes: "48200000",
        objects_bytes: "312000000",
        reclaimable_bytes: "18400000",
      }),
    setRetention: (_id, retention: Retention) =>
      Promise.resolve(
        (know.storage = { ...know.storage, retention, thinnable: retention === "THIN" ? 17 : 0 }),
      ),
    collect: async (task, tell) => {
      await steps(task, "Collecting", 4_000, tell);
      return { versions: 17, nodes: 240, objects: 1_204, freed_bytes: "18400000" };
    },
    exportVersion: async (task, _id, _version, target, _format, tell) => {
      await steps(task, "Writing", 38, tell);
      return {
        target,
        files: 37,
        bytes: "401000",
        left_out: ["data/tides.bin"],
        left_out_total: 1,
        problems: [{ path: "data/tides.bin", reason: "Only its hash was kept: it is too large to keep." }],
      };
    },
    pickNewFile: (_title, name) => Promise.resolve(`/home/mira/${name}`),
    setWatching: (project_id, watching) =>
      Promise.resolve({
        project_id,
        kind: watching ? ("watching" as const) : ("off" as const),
        watched: watching ? 12 : 0,
        directories: 12,
        failure: null,
      }),
  };
}

export const sampleKnowledge = (extra: Partial<FakeVersions> = {}): FakeVersions => ({
  versions: sampleVersions(),
  files: sampleFiles,
  journals: [
    {
      id: "journal-0",
      title: "Restore of src/sync.rs from v36",
      status: "APPLIED",
      files: 1,
      created_at: hoursAgo(15),
      can_undo: true,
      failure: null,
    },
  ],
  verification: {},
  storage: {
    versions: 42,
    pinned: 1,
    retention: "ALL",
    thinnable: 0,
    own_bytes: "28400000",
    shared_bytes: "3100000",
    manifest_bytes: "610000",
  },
  many: 0,
  longLines: 0,
  ...extra,
});
