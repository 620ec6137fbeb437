// A made-up project at a glance, and its life as git tells it.
import type { DirectoryPart, ProjectActivity, ProjectOverview } from "../src/lib/ipc/bindings";

const directory = (
  path: string,
  files: number,
  kilobytes: number,
  language: string | null,
): DirectoryPart => ({
  path,
  files,
  bytes: String(kilobytes * 1000),
  language,
});

export const sampleOverview = (extra: Partial<ProjectOverview> = {}): ProjectOverview => ({
  version: 42,
  files: 412,
  bytes: "3412000",
  languages: [
    { name: "Rust", files: 148, bytes: "1804000", percent: 58.2 },
    { name: "TypeScript", files: 96, bytes: "711000", percent: 22.9 },
    { name: "CSS", files: 14, bytes: "201000", percent: 6.5 },
    { name: "Python", files: 9, bytes: "150000", percent: 4.8 },
    { name: "Markdown", files: 31, bytes: "140000", percent: 4.5 },
    { name: "HTML", files: 4, bytes: "60000", percent: 1.9 },
    { name: "Shell", files: 7, bytes: "30000", percent: 0.8 },
    { name: "TOML", files: 12, bytes: "14000", percent: 0.4 },
  ],
  readme: "README.md",
  directories: [
    directory("", 14, 90, "TOML"),
    directory("assets", 12, 210, null),
    directory("crates", 160, 1720, "Rust"),
    directory("crates/core", 41, 610, "Rust"),
    directory("crates/store", 30, 420, "Rust"),
    directory("crates/sync", 35, 380, "Rust"),
    directory("crates/watch", 18, 160, "Rust"),
    directory("crates/cli", 12, 90, "Rust"),
    directory("docs", 28, 180, "Markdown"),
    directory("docs/manual", 20, 140, "Markdown"),
    directory("scripts", 9, 150, "Python"),
    directory("src", 22, 260, "Rust"),
    directory("web", 140, 760, "TypeScript"),
    directory("web/src", 96, 510, "TypeScript"),
    directory("web/styles", 14, 190, "CSS"),
    directory("web/public", 12, 40, "HTML"),
  ],
  largest: [
    ["crates/core/src/manifest.rs", 68],
    ["web/src/App.tsx", 54],
    ["crates/store/src/objects.rs", 51],
    ["assets/logo.svg", 48],
    ["crates/sync/src/plan.rs", 44],
    ["web/styles/tokens.css", 39],
  ].map(([path, kilobytes]) => ({ path: String(path), bytes: String(Number(kilobytes) * 1000) })),
  dependencies: [
    {
      path: "Cargo.toml",
      kind: "Cargo",
      name: "ferry",
      version: "0.4.2",
      total: 14,
      dependencies: [
        { name: "anyhow", requirement: "1", development: false },
        { name: "sha2", requirement: "0.10.8", development: false },
        { name: "rayon", requirement: "1.10", development: false },
        { name: "serde", requirement: '{ version = "1", features = ["derive"] }', development: false },
        { name: "notify", requirement: "6", development: false },
        { name: "proptest", requirement: "1.5", development: true },
      ],
      scripts: ["ferry"],
      problem: null,
    },
    {
      path: "web/package.json",
      kind: "npm",
      name: "@ferry/web-view-of-the-harbour",
      version: "0.4.2",
      total: 23,
      dependencies: [
        { name: "react", requirement: "^19.0.0", development: false },
        { name: "@tanstack/react-virtual", requirement: "^3.10.8", development: false },
        { name: "vite", requirement: "^6.0.0", development: true },
      ],
      scripts: ["dev", "build", "test", "format"],
      problem: null,
    },
    {
      path: "scripts/pyproject.toml",
      kind: "Python",
      name: null,
      version: null,
      total: 0,
      dependencies: [],
      scripts: [],
      problem: "Line 7 is not TOML: a value is missing.",
    },
  ],
  entry_points: [
    { path: "src/main.rs", line: 12, reason: "main" },
    { path: "crates/cli/src/main.rs", line: 31, reason: "main" },
    { path: "web/src/main.tsx", line: 1, reason: "the script of index.html" },
  ],
  ...extra,
});

export const nothingYet = (): ProjectOverview => ({
  version: null,
  files: 0,
  bytes: "0",
  languages: [],
  readme: null,
  directories: [],
  largest: [],
  dependencies: [],
  entry_points: [],
});

export const sampleActivity = (extra: Partial<ProjectActivity> = {}): ProjectActivity => ({
  is_git: true,
  commits: 1_204,
  truncated: false,
  weeks: Array.from({ length: 52 }, (_, at) =>
    at === 20 || at === 21 ? 0 : Math.round(18 + 16 * Math.sin(at / 4) + ((at * 37) % 11)),
  ),
  hot: [
    ["crates/sync/src/plan.rs", 88, 4],
    ["web/src/App.tsx", 71, 3],
    ["crates/core/src/manifest.rs", 54, 5],
    ["README.md", 37, 6],
    ["crates/store/src/objects.rs", 31, 2],
    ["web/styles/tokens.css", 22, 2],
    ["Cargo.toml", 21, 4],
    ["crates/watch/src/queue_of_directories_that_are_looked_at_again_when_nobody_listens.rs", 12, 1],
  ].map(([path, commits, authors]) => ({
    path: String(path),
    commits: Number(commits),
    authors: Number(authors),
    last_at: new Date(Date.now() - Number(commits) * 3_600_000).toISOString(),
  })),
  authors: [
    { name: "Mira Quay", commits: 610 },
    { name: "Ada Lindqvist", commits: 288 },
    { name: "سمير الحداد", commits: 154 },
    { name: "渡辺 遥", commits: 97 },
    { name: "dependabot[bot]", commits: 55 },
  ],
  first_at: "2024-02-11T09:00:00.000Z",
  last_at: new Date(Date.now() - 2_400_000).toISOString(),
  ...extra,
});

export const noActivity = (): ProjectActivity => ({
  is_git: false,
  commits: 0,
  truncated: false,
  weeks: [],
  hot: [],
  authors: [],
  first_at: null,
  last_at: null,
});
