import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell } from "../../../dev/fake";
import type { SearchOptions, SearchRow, SearchState } from "$lib/ipc";
import { provideBackend } from "$lib/ipc";
import { Search } from "./search.svelte";

const state = (search: string, extra: Partial<SearchState> = {}): SearchState => ({
  search,
  project_id: "p",
  status: "running",
  files: 0,
  hits: 0,
  rows: 0,
  scanned: 0,
  total: 10,
  truncated: false,
  unreadable: 0,
  millis: 1,
  version: 1,
  indexed: true,
  failure: null,
  meaning: null,
  ...extra,
});
const done = (search: string, hits: number) =>
  state(search, { status: "done", files: 1, hits, rows: hits + 1, scanned: 10 });
const turn = () => new Promise((go) => setTimeout(go));

let begun: { query: string; answer: (state: SearchState) => void; fail: (failure: unknown) => void }[];
const cancelled = vi.fn();
let rowsOf: (search: string) => SearchRow[];
let search: Search;

beforeEach(() => {
  begun = [];
  cancelled.mockClear();
  rowsOf = (name) => [
    { kind: "file", file: 0, path: `${name}.rs`, hits: 2, folded: false },
    { kind: "hit", file: 0, hit: 0, line: 3, text: name, marks: [[0, 1]], reason: null },
    { kind: "hit", file: 0, hit: 1, line: 9, text: name, marks: [[0, 1]], reason: null },
  ];
  provideBackend(
    fakeShell({
      startSearch: (_id: string, options: SearchOptions) =>
        new Promise((answer, fail) => begun.push({ query: options.query, answer, fail })),
      searchRows: (name: string, first: number) =>
        Promise.resolve({ first, total: 3, rows: first === 0 ? rowsOf(name) : [] }),
      searchPlace: (name: string, hit: number) =>
        Promise.resolve({ hit, row: hit + 1, path: `${name}.rs`, line: hit === 0 ? 3 : 9, start: 0, end: 1 }),
      cancelSearch: (name: string) => {
        cancelled(name);
        return Promise.resolve(null);
      },
    }),
  );
  search = new Search("p");
});

/** Types and lets the pause pass. */
const type = (query: string) => search.change({ query }, true);
const shownPath = () => {
  const row = search.rows.row(0);
  return row?.kind === "file" ? row.path : null;
};

describe("a search", () => {
  it("waits for a pause in typing", async () => {
    vi.useFakeTimers();
    for (const query of ["a", "ab", "abc"]) search.change({ query });
    await vi.advanceTimersByTimeAsync(119);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    vi.useRealTimers();
    expect(begun.map(({ query }) => query)).toEqual(["abc"]);
  });

  it("shows its first rows and chooses the first hit", async () => {
    type("one");
    begun[0]?.answer(done("one", 2));
    await turn();
    await turn();
    expect([search.state?.hits, search.chosen, search.place?.line, search.running]).toEqual([2, 1, 3, false]);
  });

  it("hears of its end before its screen is there", async () => {
    let tell: (state: SearchState) => void = () => undefined;
    const stopped = vi.fn();
    const shell = fakeShell({
      startSearch: () => Promise.resolve(state("one", { hits: 1, files: 1, rows: 2 })),
      searchRows: () => Promise.resolve({ first: 0, total: 2, rows: rowsOf("one").slice(0, 2) }),
      searchPlace: () => Promise.resolve({ hit: 0, row: 1, path: "one.rs", line: 3, start: 0, end: 1 }),
      cancelSearch: () => Promise.resolve(null),
    });
    const onSearchChanged = (heard: typeof tell) => {
      tell = heard;
      return Promise.resolve(stopped);
    };
    provideBackend({ ...shell, onSearchChanged });
    type("one");
    await turn();
    expect(search.running).toBe(true);
    tell(done("one", 1));
    expect(search.running).toBe(false);
    search.rest();
    await turn();
    expect(stopped).toHaveBeenCalledOnce();
  });

  it("drops the answer to an older question and ends that search", async () => {
    type("one");
    type("two");
    begun[1]?.answer(done("two", 2));
    await turn();
    begun[0]?.answer(done("one", 2));
    await turn();
    expect(shownPath()).toBe("two.rs");
    expect(cancelled).toHaveBeenCalledWith("one");
  });

  it("keeps the old hits until the new search has something to show", async () => {
    type("one");
    begun[0]?.answer(done("one", 2));
    await turn();
    type("two");
    begun[1]?.answer(state("two"));
    await turn();
    expect([shownPath(), search.running]).toEqual(["one.rs", true]);
    search.heard(done("two", 2));
    await turn();
    expect([shownPath(), search.running]).toEqual(["two.rs", false]);
  });

  it("believes an event that overtook the answer", async () => {
    type("one");
    search.heard(done("one", 2));
    begun[0]?.answer(state("one"));
    await turn();
    expect([search.state?.status, search.state?.hits]).toEqual(["done", 2]);
  });

  it("says that a pattern is bad and keeps the old hits", async () => {
    type("one");
    begun[0]?.answer(done("one", 2));
    await turn();
    type("(");
    begun[1]?.fail({ code: "BAD_PATTERN", message: "unclosed group", hint: null });
    await turn();
    expect([search.problem?.code, shownPath(), search.running]).toEqual(["BAD_PATTERN", "one.rs", false]);
  });

  it("follows the chosen hit when rows come above it", async () => {
    type("one");
    begun[0]?.answer(state("one", { files: 1, hits: 2, rows: 3 }));
    await turn();
    search.choose(2);
    await turn();
    const [header, ...hits] = rowsOf("one") as [SearchRow, ...SearchRow[]];
    const above: SearchRow = { kind: "hit", file: 0, hit: 0, line: 1, text: "", marks: [], reason: null };
    rowsOf = () => [
      header,
      above,
      ...hits.map((row) => (row.kind === "hit" ? { ...row, hit: row.hit + 1 } : row)),
    ];
    search.heard(state("one", { status: "done", files: 1, hits: 3, rows: 4, scanned: 10 }));
    await turn();
    expect([search.chosen, search.place?.line, search.place?.hit]).toEqual([3, 9, 2]);
  });

  it("goes round the ends from hit to hit", async () => {
    type("one");
    begun[0]?.answer(done("one", 2));
    await turn();
    await turn();
    expect((await search.step(1))?.hit).toBe(1);
    expect((await search.step(1))?.hit).toBe(0);
    expect((await search.step(-1))?.hit).toBe(1);
  });

  it("is made again when the shell let go of it", async () => {
    type("one");
    begun[0]?.answer(done("one", 2));
    await turn();
    provideBackend(
      fakeShell({
        searchRows: () => Promise.reject({ code: "UNKNOWN_SEARCH", message: "", hint: null }),
        startSearch: (_id: string, options: SearchOptions) =>
          new Promise((answer, fail) => begun.push({ query: options.query, answer, fail })),
      }),
    );
    search.heard(done("one", 3));
    await turn();
    expect(begun.map(({ query }) => query)).toEqual(["one", "one"]);
  });

  it("stops being one for a name when it is edited", () => {
    search.change({ query: "plan", names_only: true }, true);
    search.change({ case_sensitive: true });
    expect(search.fields.names_only).toBe(true);
    search.change({ query: "plans" });
    expect(search.fields.names_only).toBe(false);
  });

  it("lets go of what it found when it rests, and of the running search", async () => {
    type("one");
    begun[0]?.answer(state("one", { files: 1, hits: 2, rows: 3 }));
    await turn();
    search.rest();
    expect([search.state, search.rows.total, search.fields.query]).toEqual([null, 0, "one"]);
    expect(cancelled).toHaveBeenCalledWith("one");
  });
});
