import { expect, it, vi } from "vitest";
import { Latest } from "./latest.svelte";

function held() {
  const waiting: { key: string; answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const fetch = vi.fn(
    (key: string) =>
      new Promise<string>((answer, fail) => {
        waiting.push({ key, answer, fail });
      }),
  );
  return { waiting, fetch, latest: new Latest(fetch) };
}
const turn = () => new Promise((done) => setTimeout(done));

it("asks one thing at a time and then only the last of what was typed meanwhile", async () => {
  const { waiting, fetch, latest } = held();
  for (const key of ["s", "sy", "syn", "sync"]) latest.ask(key);
  expect(fetch.mock.calls).toEqual([["s"]]);
  waiting[0]?.answer("S");
  await turn();
  expect(fetch.mock.calls).toEqual([["s"], ["sync"]]);
  expect(latest.answer?.value).toBe("S");
  expect(latest.answered("sync")).toBe(false);
  waiting[1]?.answer("SYNC");
  await latest.settled();
  expect(latest.answer).toEqual({ key: "sync", value: "SYNC" });
  expect(latest.answered("sync")).toBe(true);
});

it("forgets what is no longer asked, also when its answer comes late", async () => {
  const { waiting, latest } = held();
  latest.ask("s");
  latest.ask(null);
  waiting[0]?.answer("S");
  await latest.settled();
  expect(latest.answer).toBeNull();
});

it("keeps what it has when an answer fails, and recovers", async () => {
  const { waiting, latest } = held();
  latest.ask("a");
  waiting[0]?.answer("A");
  await latest.settled();
  latest.ask("b");
  waiting[1]?.fail(new Error("gone"));
  await latest.settled();
  expect([latest.answer?.value, latest.failure?.message]).toEqual(["A", "gone"]);
  latest.ask("c");
  waiting[2]?.answer("C");
  await latest.settled();
  expect([latest.answer?.value, latest.failure]).toEqual(["C", null]);
});
