import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { provideBackend, type DocumentMatches, type IBackend } from "$lib/ipc";
import { Find } from "./find.svelte";

const start = { line: 1, column: 0 };
let asked: { query: string; answer: (matches: number) => void }[];
let find: Find;
const shown = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  shown.mockReset();
  provideBackend({
    findInDocument: (_document: string, { query }: { query: string }) =>
      new Promise<DocumentMatches>((answer) =>
        asked.push({
          query,
          answer: (count) =>
            answer({
              matches: Array.from({ length: count }, (_, at) => ({ line: at + 1, start: 0, end: 1 })),
              truncated: false,
            }),
        }),
      ),
  } as unknown as IBackend);
  find = new Find(shown, vi.fn());
  find.setDocument("a", start);
  find.show("", start);
});
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

it("a newer search doesn't wait for an older one, whose answer is dropped", async () => {
  find.change({ query: "a" }, start);
  find.change({ query: "ab" }, start);
  asked[1]?.answer(3);
  await settle();
  expect(find.count).toBe("1 of 3");
  asked[0]?.answer(99);
  await settle();
  expect(find.count).toBe("1 of 3");
});

it("a search that takes long says so and hides what was found before", async () => {
  find.change({ query: "a" }, start);
  asked[0]?.answer(2);
  await settle();
  find.change({ query: "ab" }, start);
  expect(find.count).toBe("1 of 2");
  await vi.advanceTimersByTimeAsync(100);
  expect(find.count).toBe("Searching…");
  expect(find.state.matches).toEqual([]);
  asked[1]?.answer(0);
  await settle();
  expect(find.count).toBe("No matches");
});

it("fast typing keeps two searches at work at the most, then looks for the last word only", async () => {
  for (const query of ["a", "ab", "abc", "abcd"]) find.change({ query }, start);
  expect(asked.map(({ query }) => query)).toEqual(["a", "ab"]);
  asked[0]?.answer(5);
  await settle();
  expect(asked.map(({ query }) => query)).toEqual(["a", "ab", "abcd"]);
  asked[2]?.answer(1);
  await settle();
  expect(find.count).toBe("1 of 1");
});

it("Enter before the answer goes to the new match once it is there, never to an old one", async () => {
  find.show("a", start);
  find.step(1);
  expect(shown).not.toHaveBeenCalled();
  asked[0]?.answer(1);
  await settle();
  expect(shown).toHaveBeenCalledWith(1, 0, 1);
});
