// Refactor jobs that aren't done: kept in memory, for screens and tests.
import type {
  RefactorApplied,
  RefactorAsk,
  RefactorJob,
  RefactorSymbol,
  RefactorUndo,
  TaskProgress,
} from "../src/lib/ipc/bindings";
import { fakeChecks, noChecks, type FakeChecks } from "./refactorChecks";
import { refactorJob, sampleProposal, type Known } from "./refactorSamples";

export interface FakeRefactors {
  /** False: the shell does not do them. */
  there: boolean;
  jobs: RefactorJob[];
  known: Record<string, Known>;
  asked: RefactorAsk[];
  chosen: Record<string, number[]>;
  undo: RefactorUndo;
  checks: FakeChecks;
  symbol: RefactorSymbol;
}

export const noRefactors = (extra: Partial<FakeRefactors> = {}): FakeRefactors => ({
  there: false,
  jobs: [],
  known: {},
  asked: [],
  chosen: {},
  undo: { exact: true, files: [] },
  checks: noChecks(),
  symbol: {
    name: "parse_manifest",
    kind: "function",
    path: "src/manifest.rs",
    line: 20,
    column: 7,
    end_column: 21,
    by_name: false,
    refused: null,
  },
  ...extra,
});

const refused = (code: string, message: string) => Promise.reject({ code, message, hint: null });

export function fakeRefactors(know: FakeRefactors, changed: (job: RefactorJob) => void) {
  const find = (id: string) => know.jobs.find((job) => job.id === id);
  const set = (id: string, extra: Partial<RefactorJob>): RefactorJob => {
    know.jobs = know.jobs.map((job) => (job.id === id ? { ...job, ...extra } : job));
    const job = find(id) as RefactorJob;
    const kept = know.known[id];
    if (kept) know.known[id] = { ...kept, proposal: { ...kept.proposal, job } };
    changed(job);
    return job;
  };
  const there = <Answer>(answer: () => Promise<Answer>) =>
    know.there ? answer() : refused("NOT_AVAILABLE", "refactor jobs are not there yet");
  const finished = () => new Date().toISOString();

  return {
    refactorJobs: () => there(() => Promise.resolve([...know.jobs])),
    definitionAt: () => refused("UNSUPPORTED", "What names mean is not known here."),
    nameProblem: (_path: string, _kind: string, name: string) =>
      Promise.resolve(name === "fn" ? "`fn` is a reserved word." : null),
    symbolAt: () => there(() => Promise.resolve(know.symbol)),
    refactorAsk: (_: string, ask: RefactorAsk) =>
      there(() => {
        know.asked.push(ask);
        const job = refactorJob(`asked-${know.asked.length}`, {
          ask_kind: ask.kind,
          ...(ask.kind === "RENAME_SYMBOL"
            ? { new_name: ask.new_name, title: `Rename ${know.symbol.name} to ${ask.new_name}` }
            : { title: "Replace across files" }),
        });
        know.jobs = [job, ...know.jobs];
        know.known[job.id] = sampleProposal(job);
        changed(job);
        return Promise.resolve(job);
      }),
    refactorProposal: (id: string) => {
      const kept = know.known[id];
      const job = find(id);
      return kept && job
        ? Promise.resolve({ ...kept.proposal, job, excluded: know.chosen[id] ?? kept.proposal.excluded })
        : refused("NOT_PROPOSED", "There is no proposal.");
    },
    refactorHunks: (id: string, path: string, first: number, count: number) => {
      const all = know.known[id]?.hunks[path] ?? [];
      return Promise.resolve({ path, total: all.length, first, hunks: all.slice(first, first + count) });
    },
    refactorChoose: (id: string, excluded: number[]) => {
      know.chosen[id] = excluded;
      return Promise.resolve(null);
    },
    refactorAgain: (id: string) =>
      Promise.resolve(set(id, { stale: false, status: "PROPOSED", version: 43 })),
    refactorKeepOldName: (id: string, path: string) => {
      const known = know.known[id];
      if (known) {
        const conflicts = known.proposal.conflicts.filter((conflict) => conflict.path !== path);
        know.known[id] = { ...known, proposal: { ...known.proposal, conflicts } };
      }
      return Promise.resolve(set(id, { status: "PROPOSED", version: 43, breaking: 0 }));
    },
    refactorApply: (_: string, id: string, tell: (progress: TaskProgress) => void) => {
      tell({ phase: "Writing", done: 1, total: 5, bytes: "0" });
      const all = know.known[id]?.proposal.files.flatMap(({ edits }) => edits) ?? [];
      const out = know.chosen[id] ?? [];
      const applied: RefactorApplied = {
        journal_id: "journal-2",
        undo_version: 43,
        files: 5,
        edits: all.length - out.length,
        skipped: out.length,
        threads_moved: 6,
        threads_lost: 0,
      };
      set(id, { status: "APPLIED", applied, applied_at: finished() });
      return Promise.resolve(applied);
    },
    refactorCancel: (id: string) => {
      set(id, { status: "FAILED", error: { code: "CANCELLED", message: "It was cancelled", hint: null } });
      return Promise.resolve(null);
    },
    refactorDiscard: (id: string) => {
      set(id, { status: "DISCARDED" });
      return Promise.resolve(null);
    },
    refactorUndoPlan: () => Promise.resolve(know.undo),
    refactorUndo: (_: string, id: string) => {
      const job = set(id, { status: find(id)?.status === "UNDONE" ? "APPLIED" : "UNDONE" });
      return Promise.resolve(job.applied as RefactorApplied);
    },
    refactorPatch: () => Promise.resolve("--- a/src/sync.rs\n+++ b/src/sync.rs\n"),
    exportRefactorPatch: () => Promise.resolve(null),
    ...fakeChecks(know.checks),
  };
}
