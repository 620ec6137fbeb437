// What the fake shell says about commits and a project as a whole: made-up histories of any length and kind.
import type { IBackend } from "../src/lib/ipc/backend";
import type {
  BranchCard,
  CommitCard,
  Failure,
  HistoryQuery,
  HistoryState,
  ProjectActivity,
  ProjectOverview,
  References,
  TagCard,
} from "../src/lib/ipc/bindings";
import { sampleActivity, sampleOverview } from "./overview";

/** What a made-up repository is like. */
export interface FakeHistory {
  kind: "full" | "none" | "unborn" | "shallow";
  commits: CommitCard[];
  references: References;
  overview: ProjectOverview;
  activity: ProjectActivity;
  /** Commits looked at in one step, and milliseconds between steps; all at once with 0. */
  step: number;
  pause: number;
  /** Milliseconds that activity takes longer than the overview. */
  late: number;
  failure: Failure | null;
}

/** The hex id of the commit with this number, as long as a real one. */
export function fakeId(number: number): string {
  let hash = 2_166_136_261 ^ number;
  let id = "";
  while (id.length < 40) {
    hash = Math.imul(hash ^ (id.length + number * 31), 16_777_619) >>> 0;
    id += hash.toString(16).padStart(8, "0");
  }
  return id.slice(0, 40);
}

const authors: [string, string][] = [
  ["Mira Quay", "mira@harbour.example"],
  ["Ada Lindqvist", "ada@quay.example"],
  ["سمير الحداد", "samir@mina.example"],
  ["渡辺 遥", "haruka@minato.example"],
  ["Ó Briain-Fernández de la Torre, Maximiliana", "max@torre.example"],
  ["dependabot[bot]", "bot@harbour.example"],
];
const subjects = [
  "Index threads by symbol",
  "Block reader for hash_file",
  "First pass at verify",
  "Before the rename of walk_dir",
  "Format: trailer holds the hash",
  "Drop mtime from Entry",
  "Bridge types for the web view",
  "إصلاح ترتيب المسارات في الفهرس",
  "同期の進捗を毎秒十回に抑える",
  "Watch only directories that hold tracked files, so that a build folder with forty thousand entries no longer fills the queue of the kernel and everything behind it",
  "Fix #418: a path that ends in a dot",
  "Bump sha2 from 0.10.7 to 0.10.8",
];
const hour = 3_600_000;

/** Made-up commits, newest first: a trunk with side branches that are merged back, some lasting long. */
export function sampleCommits(count = 10_000, now = Date.now()): CommitCard[] {
  const commits: CommitCard[] = [];
  for (let at = 0; at < count; at += 1) {
    const [author = "", email = ""] = authors[(at * 7 + Math.floor(at / 5)) % authors.length] ?? [];
    // A branch of three commits every nine, beside the trunk; a long one every forty.
    const parents: number[] = [];
    const inBranch = at % 9 >= 2 && at % 9 <= 4;
    if (at % 40 === 6) parents.push(at + 1, at + 33);
    else if (at % 9 === 1) parents.push(at + 4, at + 1);
    else if (inBranch && at % 9 === 4) parents.push(at + 3);
    else parents.push(at + 1);
    const summary =
      at % 9 === 1
        ? `Merge branch 'feat/part-${Math.floor(at / 9)}'`
        : (subjects[(at * 5 + Math.floor(at / 11)) % subjects.length] ?? "");
    commits.push({
      id: fakeId(at),
      summary,
      author,
      email,
      authored_at: new Date(now - at * 3.3 * hour - hour / 3).toISOString(),
      parents: parents.filter((parent) => parent < count).map(fakeId),
      refs: [],
      path: null,
      version: at % 6 === 0 && at < 150 ? 42 - at / 6 : null,
    });
  }
  const label = (at: number, name: string, kind: CommitCard["refs"][number]["kind"]) =>
    commits[at]?.refs.push({ name, kind });
  label(0, "HEAD", "head");
  label(0, "main", "branch");
  label(3, "origin/main", "remote");
  label(2, "feat/harmonics-of-the-northern-harbours-and-their-tides", "branch");
  label(5, "v2.1.0", "tag");
  label(5, "release/2.1", "branch");
  label(5, "origin/release/2.1", "remote");
  label(27, "v2.0.0", "tag");
  return commits;
}

export function sampleReferences(commits: readonly CommitCard[]): References {
  const branch = (name: string, at: number, extra: Partial<BranchCard> = {}): BranchCard => ({
    name,
    remote: false,
    current: false,
    commit: commits[at]?.id ?? "",
    summary: commits[at]?.summary ?? "",
    author: commits[at]?.author ?? "",
    committed_at: commits[at]?.authored_at ?? "",
    upstream: null,
    ahead: null,
    behind: null,
    ...extra,
  });
  const tag = (name: string, at: number, message: string | null): TagCard => ({
    name,
    commit: commits[at]?.id ?? "",
    summary: commits[at]?.summary ?? "",
    tagged_at: commits[at]?.authored_at ?? "",
    message,
  });
  return {
    is_git: true,
    head: commits[0]?.id ?? null,
    branch: "main",
    branches: [
      branch("main", 0, { current: true, upstream: "origin/main", ahead: 3, behind: 0 }),
      branch("feat/harmonics-of-the-northern-harbours-and-their-tides", 2, {
        upstream: "origin/feat/harmonics",
        ahead: 1,
        behind: 12,
      }),
      branch("release/2.1", 5, { upstream: "origin/release/2.1", ahead: 0, behind: 0 }),
      branch("تجربة/الفهرس", 38),
      ...Array.from({ length: 14 }, (_, at) => branch(`feat/part-${at + 3}`, 40 + at * 9)),
      branch("origin/main", 3, { remote: true }),
      branch("origin/release/2.1", 5, { remote: true }),
      branch("origin/feat/harmonics", 11, { remote: true }),
    ],
    tags: [
      tag("v2.1.0", 5, "Tides of the northern harbours\n\nSigned off by the harbour master."),
      tag("v2.0.0", 27, "Second edition"),
      tag("nightly", 61, null),
      ...Array.from({ length: 20 }, (_, at) => tag(`v1.${20 - at}.0`, 90 + at * 40, null)),
    ],
  };
}

export function sampleHistory(extra: Partial<FakeHistory> & { count?: number } = {}): FakeHistory {
  const { count = 10_000, ...rest } = extra;
  const commits = rest.commits ?? sampleCommits(count);
  return {
    kind: "full",
    commits,
    references: sampleReferences(commits),
    overview: sampleOverview(),
    activity: sampleActivity(),
    step: 2_000,
    pause: 0,
    late: 0,
    failure: null,
    ...rest,
  };
}

const failed = (code: string, message: string, hint: string | null = null): Failure => ({
  code,
  message,
  hint,
});

/** Commits that a query leaves; a followed file had another name before its twelfth change. */
function asked(know: FakeHistory, query: HistoryQuery): CommitCard[] {
  let found = know.commits;
  const { path, reference, text } = query;
  if (reference) {
    const all = [...know.references.branches, ...know.references.tags];
    const commit = all.find(({ name }) => name === reference)?.commit ?? reference;
    found = found.slice(
      Math.max(
        0,
        found.findIndex(({ id }) => id.startsWith(commit)),
      ),
    );
  }
  if (path) {
    const slash = path.lastIndexOf("/") + 1;
    const old = `${path.slice(0, slash)}old_${path.slice(slash)}`;
    found = found
      .filter((_, at) => at % 7 === 0)
      .map((card, at) => ({ ...card, path: at < 12 ? path : old }));
  }
  if (text) {
    const words = text.toLowerCase();
    found = found.filter(({ summary, author, id }) =>
      `${summary}\n${author}\n${id}`.toLowerCase().includes(words),
    );
  }
  return found;
}

/** The history that `fakeShell` tells of; tests and screens put another in its place. */
export const fakeRepository: { know: FakeHistory | null } = { know: null };

export function fakeHistory(tell: (state: HistoryState) => void): Partial<IBackend> {
  const knowing = () => (fakeRepository.know ??= sampleHistory());
  const open = new Map<string, { commits: CommitCard[]; state: HistoryState; total: number }>();
  let opened = 0;
  const none = () => ["none", "unborn"].includes(knowing().kind);

  const walk = (history: string) => {
    const know = knowing();
    const one = open.get(history);
    if (!one || one.state.done) return;
    const walked = Math.min(one.total, one.state.walked + know.step);
    const done = walked >= one.total;
    const found = done ? one.commits.length : Math.floor((one.commits.length * walked) / one.total);
    one.state = { ...one.state, walked, found, done };
    if (done) one.state.failure = know.failure;
    tell(one.state);
    if (!done) setTimeout(() => walk(history), know.pause);
  };

  return {
    openHistory: (project_id, query) => {
      const know = knowing();
      opened += 1;
      const history = `history-${opened}`;
      const commits = none() ? [] : asked(know, query);
      const total = none() ? 0 : know.commits.length;
      const walked = know.pause ? Math.min(total, know.step) : total;
      const done = walked >= total;
      const state: HistoryState = {
        history,
        project_id,
        found: done ? commits.length : Math.floor((commits.length * walked) / Math.max(1, total)),
        walked,
        done,
        has_commits: !none(),
        failure: done ? know.failure : null,
      };
      open.set(history, { commits, state, total });
      if (!done) setTimeout(() => walk(history), know.pause);
      return Promise.resolve(state);
    },
    historyRows: (history, first, count) => {
      const one = open.get(history);
      if (!one) return Promise.reject(failed("UNKNOWN_HISTORY", "This list was let go of."));
      return Promise.resolve({
        first,
        found: one.state.found,
        done: one.state.done,
        commits: one.commits.slice(first, Math.min(first + count, one.state.found)),
      });
    },
    closeHistory: (history) => {
      open.delete(history);
      return Promise.resolve(null);
    },
    commit: (_id, commit) => {
      const know = knowing();
      const at = know.commits.findIndex(({ id }) => id.startsWith(commit));
      const card = know.commits[at];
      if (!card) return Promise.reject(failed("UNKNOWN_COMMIT", `There is no commit ${commit.slice(0, 7)}.`));
      const earlier = know.commits[at + 5]?.id.slice(0, 10) ?? "";
      return Promise.resolve({
        card,
        message: `${card.summary}\n\nThe reader took the whole file at once, which ${earlier} already found too much for a\nlog of two gigabytes. Now it goes by blocks of 64 KiB, so that what it needs does not\ngrow with the file.\n\nSee also https://tides.example/blocks and 12345678.\n\nReviewed-by: Ada Lindqvist <ada@quay.example>`,
        committer: at % 4 === 0 ? "Harbour Merge" : card.author,
        committer_email: at % 4 === 0 ? "merge@harbour.example" : card.email,
        committed_at: card.authored_at,
      });
    },
    references: () => {
      const know = knowing();
      if (know.kind === "none")
        return Promise.resolve({ is_git: false, head: null, branch: null, branches: [], tags: [] });
      if (know.kind === "unborn")
        return Promise.resolve({ is_git: true, head: null, branch: "main", branches: [], tags: [] });
      return Promise.resolve(know.references);
    },
    projectOverview: () => Promise.resolve(knowing().overview),
    projectActivity: async () => {
      const know = knowing();
      await new Promise((after) => setTimeout(after, know.late));
      return know.activity;
    },
  };
}
