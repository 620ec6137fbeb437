// Checks of proposals that nothing runs: what they would say, for screens and tests.
import type {
  LogLine,
  RefactorCheckChoices,
  RefactorCheckCommand,
  RefactorCheckRun,
  RefactorChecks,
  Trust,
} from "../src/lib/ipc/bindings";

export interface FakeChecks {
  checks: RefactorChecks;
  choices: RefactorCheckChoices;
  run: RefactorCheckRun | null;
  lines: LogLine[];
  /** With what trust it was asked to run. */
  asked: (Trust | null)[];
  cancelled: number;
  remembered: { line: string; folder: string }[];
  /** How often it was read. */
  reads: number;
  /** Why it is not run. */
  refuses: { code: string; message: string; hint: string | null } | null;
}

export const checkCommand = (extra: Partial<RefactorCheckCommand> = {}): RefactorCheckCommand => ({
  argv: ["cargo", "check"],
  shown: "cargo check",
  folder: "",
  reason: "there is Cargo.toml",
  trusted: true,
  missing: null,
  ...extra,
});

export const checkRun = (extra: Partial<RefactorCheckRun> = {}): RefactorCheckRun => ({
  job_id: "r1",
  argv: ["cargo", "check"],
  shown: "cargo check",
  folder: "",
  state: "PASSED",
  phase: "",
  exit: 0,
  millis: 4_200,
  edits: 12,
  stale: false,
  message: null,
  ended_at: "2026-11-20T10:00:00Z",
  ...extra,
});

export const noChecks = (extra: Partial<FakeChecks> = {}): FakeChecks => ({
  checks: {
    parsed: 5,
    new_errors: [],
    followed: 4,
    unresolved: [],
    errors_total: 0,
    unresolved_total: 0,
    unchecked: [],
  },
  choices: { command: checkCommand(), chosen: false, suggestions: [checkCommand()] },
  run: null,
  lines: [],
  asked: [],
  cancelled: 0,
  remembered: [],
  reads: 0,
  refuses: null,
  ...extra,
});

export function fakeChecks(know: FakeChecks) {
  return {
    refactorCheck: () => {
      know.reads += 1;
      return Promise.resolve(know.checks);
    },
    refactorCheckStop: () => Promise.resolve(null),
    refactorCheckChoices: () => Promise.resolve(know.choices),
    setRefactorCheckCommand: (_: string, line: string, folder: string) => {
      know.remembered.push({ line, folder });
      const command = checkCommand({ argv: line.split(" "), shown: line, folder, reason: "" });
      know.choices = { ...know.choices, command, chosen: line !== "" };
      return Promise.resolve(know.choices);
    },
    refactorCheckRun: (id: string, trust: Trust | null) => {
      know.asked.push(trust);
      if (know.refuses && trust === null) return Promise.reject(know.refuses);
      know.run = checkRun({
        job_id: id,
        state: "RUNNING",
        phase: "Copying the project",
        exit: null,
        millis: 0,
      });
      return Promise.resolve(know.run);
    },
    refactorCheckState: () => Promise.resolve(know.run),
    refactorCheckLog: (_: string, first: number) =>
      Promise.resolve({ first, lines: know.lines.slice(first), total: know.lines.length }),
    refactorCheckCancel: () => {
      know.cancelled += 1;
      return Promise.resolve(null);
    },
  };
}
