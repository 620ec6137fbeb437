import { beforeEach, describe, expect, it, vi } from "vitest";
import { provideBackend, type Blame, type IBackend } from "$lib/ipc";
import { BlameOfPane } from "./blame.svelte";

const found: Blame = { commits: [], hunks: [] };
let asked: {
  document: string;
  task: string;
  answer: (blame: Blame) => void;
  fail: (thrown: unknown) => void;
}[];
let cancelled: string[];

beforeEach(() => {
  asked = [];
  cancelled = [];
  provideBackend({
    blame: (task: string, document: string) =>
      new Promise<Blame>((answer, fail) => asked.push({ document, task, answer, fail })),
    cancelTask: async (task: string) => void cancelled.push(task),
  } as unknown as IBackend);
});

describe("who wrote a file", () => {
  it("is asked only while somebody wants to know", async () => {
    const blame = new BlameOfPane();
    blame.setDocument("a");
    expect(asked).toHaveLength(0);
    blame.turn();
    asked[0]?.answer(found);
    await vi.waitFor(() => expect(blame.blame).toBe(found));
    expect(blame.loading).toBe(false);
    blame.turn();
    expect(blame.blame).toBeNull();
  });

  it("is cancelled when the file is left, and a late answer is dropped", async () => {
    const blame = new BlameOfPane();
    blame.setDocument("a");
    blame.turn(true);
    blame.setDocument("b");
    expect(cancelled).toEqual([asked[0]?.task]);
    asked[0]?.answer({ commits: [], hunks: [] });
    asked[1]?.answer(found);
    await vi.waitFor(() => expect(blame.blame).toBe(found));
    blame.stop();
    expect(cancelled).toHaveLength(1);
  });

  it("says why it can't be told, and tries again", async () => {
    const blame = new BlameOfPane();
    blame.setDocument("a");
    blame.turn(true);
    asked[0]?.fail({ code: "NOT_GIT", message: "No repository.", hint: null });
    await vi.waitFor(() => expect(blame.failure?.code).toBe("NOT_GIT"));
    blame.retry();
    expect(blame.failure).toBeNull();
    asked[1]?.answer(found);
    await vi.waitFor(() => expect(blame.blame).toBe(found));
  });
});
