import { flushSync } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sampleCommits } from "../../../dev/history";
import { provideBackend, type CommitPage, type HistoryState, type IBackend } from "$lib/ipc";
import { detached } from "$lib/detached.svelte";
import { CommitList, PAGE } from "./commitList.svelte";

const all = sampleCommits(3_000, 0);
const everything = { path: null, reference: null, text: null };

/** A shell whose answers are let go one by one, in any order. */
function shell(state: Partial<HistoryState>) {
  const asked: { first: number; answer: (found?: number) => void; fail: (thrown: unknown) => void }[] = [];
  const closed: string[] = [];
  const opened: HistoryState = {
    history: "h1",
    project_id: "p",
    found: 0,
    walked: 0,
    done: false,
    has_commits: true,
    failure: null,
    ...state,
  };
  provideBackend({
    openHistory: () => Promise.resolve(opened),
    historyRows: (_history: string, first: number, count: number) =>
      new Promise<CommitPage>((resolve, reject) => {
        asked.push({
          first,
          answer: (found = opened.found) =>
            resolve({ first, found, done: false, commits: all.slice(first, Math.min(first + count, found)) }),
          fail: reject,
        });
      }),
    closeHistory: (history: string) => {
      closed.push(history);
      return Promise.resolve(null);
    },
  } as unknown as IBackend);
  const list = detached(() => new CommitList("p", everything));
  const told = (extra: Partial<HistoryState>) => list.heard({ ...opened, ...extra });
  return { list, asked, closed, told, opened };
}
const settle = async () => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
  flushSync();
};
/** Lets every page go as it is asked for. */
async function flow(asked: ReturnType<typeof shell>["asked"], found?: number) {
  for (let turn = 0; turn < 200; turn += 1) {
    await settle();
    const next = asked.shift();
    if (!next) return;
    next.answer(found);
  }
}

beforeEach(() => vi.restoreAllMocks());

describe("a list of commits", () => {
  it("fetches the pages in sight, and only those", async () => {
    const { list, asked } = shell({ found: 3_000, walked: 3_000, done: true });
    void list.start();
    await settle();
    expect(asked.map(({ first }) => first)).toEqual([0]);
    asked.shift()?.answer();
    await settle();
    expect(list.row(0)?.id).toBe(all[0]?.id);
    expect(list.row(PAGE)).toBeUndefined();
    list.need(PAGE - 5, PAGE + 20);
    await settle();
    expect(asked.map(({ first }) => first)).toEqual([PAGE]);
    asked.shift()?.answer();
    await settle();
    expect(list.row(PAGE + 3)?.id).toBe(all[PAGE + 3]?.id);
    expect(list.placeOf(all[PAGE + 3]?.id ?? "")).toBe(PAGE + 3);
  });

  it("grows while the shell goes on reading, and fills the last page up", async () => {
    const { list, asked, told } = shell({ found: 40, walked: 2_000 });
    void list.start();
    await settle();
    asked.shift()?.answer(40);
    await settle();
    list.need(0, 60);
    expect(list.count).toBe(40);
    told({ found: 130, walked: 9_000 });
    await settle();
    expect(list.count).toBe(130);
    await flow(asked, 130);
    expect(list.row(90)?.id).toBe(all[90]?.id);
    expect(list.done).toBe(false);
    told({ found: 130, walked: 12_000, done: true });
    expect(list.done).toBe(true);
  });

  it("passes over what is said of another list, and what comes too late", async () => {
    const { list, asked, told } = shell({ found: 40, walked: 2_000 });
    void list.start();
    await flow(asked, 40);
    told({ history: "h2", found: 999, walked: 9_999, done: true });
    told({ found: 10, walked: 500 });
    expect(list.count).toBe(40);
    told({ found: 50, walked: 3_000, done: true });
    told({ found: 45, walked: 2_500 });
    expect(list.count).toBe(50);
    expect(list.done).toBe(true);
  });

  it("takes up what was said before the shell had named it", async () => {
    const { list, told } = shell({ found: 0, walked: 0 });
    const started = list.start();
    told({ found: 0, walked: 700, done: true });
    await started;
    expect(list.done).toBe(true);
    expect(list.state?.walked).toBe(700);
  });

  it("learns how far it is when nobody listened, and why it ended even after that it did", async () => {
    const { list, asked, told } = shell({ found: 40, walked: 2_000 });
    void list.start();
    await flow(asked, 40);
    void list.catchUp();
    await flow(asked, 90);
    expect(list.count).toBe(90);
    told({
      found: 90,
      walked: 9_000,
      done: true,
      failure: { code: "GIT", message: "Damaged.", hint: null },
    });
    expect(list.problem?.message).toBe("Damaged.");
  });

  it("drops answers that come after it was stopped, and lets go of it in the shell", async () => {
    const { list, asked, closed } = shell({ found: 3_000, done: true });
    const ready = vi.fn();
    void list.start(ready);
    await settle();
    list.stop();
    asked.shift()?.answer();
    await settle();
    expect(list.row(0)).toBeUndefined();
    expect(ready).not.toHaveBeenCalled();
    expect(closed).toEqual(["h1"]);
  });

  it("keeps what was found when the user has it stop", async () => {
    const { list, asked, closed, told } = shell({ found: 130, walked: 12_000 });
    void list.start();
    await flow(asked, 130);
    const halted = list.halt();
    await flow(asked, 130);
    await halted;
    told({ found: 500, walked: 20_000 });
    expect(list.count).toBe(130);
    expect(list.row(129)?.id).toBe(all[129]?.id);
    expect(list.done).toBe(true);
    expect(closed).toEqual(["h1"]);
  });

  it("knows the lanes of a far row, having read those above it, and keeps no more pages than it should", async () => {
    const { list, asked } = shell({ found: 3_000, walked: 3_000, done: true });
    void list.start();
    await flow(asked);
    list.need(2_950, 2_980);
    await flow(asked);
    expect(list.row(2_960)?.id).toBe(all[2_960]?.id);
    expect(list.lanes(2_960)).toBeDefined();
    const kept = Array.from({ length: 30 }, (_, page) => list.row(page * PAGE)).filter(Boolean).length;
    expect(kept).toBeLessThanOrEqual(24);
    // The same lanes as when everything is read in turn.
    const other = shell({ found: 3_000, walked: 3_000, done: true });
    void other.list.start();
    await flow(other.asked);
    for (let first = 0; first < 3_000; first += PAGE) {
      other.list.need(first, first + PAGE);
      await flow(other.asked);
    }
    expect(list.lanes(2_960)).toEqual(other.list.lanes(2_960));
  });

  it("waits for no more than is read, and reads on to the end when asked to", async () => {
    const { list, asked, told } = shell({ found: 60, walked: 60 });
    void list.start();
    await flow(asked, 60);
    expect(list.resting).toBe(false);
    told({ found: 600, walked: 600 });
    expect(list.resting).toBe(true);
    expect(list.done).toBe(false);
    await flow(asked, 600);
    list.goOn();
    await settle();
    expect(asked.at(-1)?.first).toBeGreaterThan(1_000_000_000);
    expect(list.resting).toBe(false);
    told({ found: 3_000, walked: 3_000, done: true });
    expect(list.count).toBe(3_000);
  });

  it("says that it must be made again when the shell has let go of it", async () => {
    const { list, asked } = shell({ found: 3_000, done: true });
    void list.start();
    await flow(asked);
    list.need(500, 520);
    await settle();
    asked.find(({ first }) => first === 500)?.fail({ code: "UNKNOWN_HISTORY", message: "Gone.", hint: null });
    await settle();
    expect(list.forgotten).toBe(true);
    expect(list.problem).toBeNull();
  });

  it("keeps a failure and the rows before it", async () => {
    const { list, asked } = shell({ found: 3_000, done: true });
    void list.start();
    await flow(asked);
    list.need(500, 520);
    await settle();
    asked.find(({ first }) => first === 500)?.fail({ code: "GIT", message: "Damaged.", hint: null });
    await settle();
    expect(list.problem?.message).toBe("Damaged.");
    expect(list.row(0)).toBeDefined();
  });
});
