import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { threadCard } from "../../../dev/threads";
import {
  provideBackend,
  type CommentDraft,
  type IBackend,
  type NewThreadPlace,
  type ThreadHere,
} from "$lib/ipc";
import { Drafts, newThreadKey, replyKey } from "./drafts.svelte";
import { ThreadsHere } from "./here.svelte";
import { authorsOf, choose, everything } from "./hereFilter";
import { send } from "./sending";
import { readThreadView, ThreadView } from "./view.svelte";

const place: NewThreadPlace = {
  place: { path: "src/a.rs", line_start: 3, line_end: 4 },
  side: { kind: "working_tree" },
  document: "d1",
};

describe("drafts", () => {
  let saved: [string, string][];
  let stored: CommentDraft[];
  let fails: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    [saved, stored, fails] = [[], [], false];
    provideBackend({
      commentDrafts: async () => stored,
      saveCommentDraft: async (_: string, key: string, _place: unknown, body: string) => {
        if (fails) throw { code: "LOCKED", message: "Lectern is locked.", hint: null };
        saved.push([key, body]);
        return null;
      },
    } as unknown as IBackend);
  });
  afterEach(() => void vi.useRealTimers());

  it("are kept within half a second, however long somebody goes on typing", async () => {
    const drafts = new Drafts("p");
    const draft = drafts.begin(newThreadKey(place), place);
    for (let at = 1; at <= 10; at += 1) {
      drafts.write(draft, "x".repeat(at));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(saved.length).toBeGreaterThanOrEqual(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(saved.at(-1)).toEqual(["new:working_tree:src/a.rs:3-4", "x".repeat(10)]);
  });

  it("come back, about what is read then", async () => {
    stored = [{ key: newThreadKey(place), place, body: "half a th", updated_at: "" }];
    const drafts = new Drafts("p");
    await drafts.load();
    const draft = drafts.get(newThreadKey(place));
    expect([draft?.body, draft?.open, draft?.place?.document]).toEqual(["half a th", true, null]);
  });

  it("that are being written are not replaced by what was kept", async () => {
    stored = [{ key: replyKey("t"), place: null, body: "old", updated_at: "" }];
    const drafts = new Drafts("p");
    drafts.write(drafts.begin(replyKey("t")), "new");
    await drafts.load();
    expect(drafts.get(replyKey("t"))?.body).toBe("new");
  });

  it("that can't be kept say so and are tried again", async () => {
    fails = true;
    const drafts = new Drafts("p");
    const draft = drafts.begin(replyKey("t"));
    drafts.write(draft, "text");
    await vi.advanceTimersByTimeAsync(500);
    expect(draft.unkept?.code).toBe("LOCKED");
    fails = false;
    await vi.advanceTimersByTimeAsync(4_000);
    expect([draft.unkept, saved]).toEqual([null, [["thread:t", "text"]]]);
  });

  it("are kept when closed, and forgotten when there is nothing in them", async () => {
    const drafts = new Drafts("p");
    const draft = drafts.begin(replyKey("t"));
    drafts.write(draft, "text");
    drafts.close(draft);
    await vi.advanceTimersByTimeAsync(0);
    expect([draft.open, drafts.get(draft.key), saved]).toEqual([false, draft, [["thread:t", "text"]]]);
    drafts.write(draft, " ");
    drafts.close(draft);
    expect(drafts.get(draft.key)).toBeUndefined();
    expect(saved.at(-1)).toEqual(["thread:t", ""]);
  });

  it("that were not sent stay, with the reason, and go once they were", async () => {
    const drafts = new Drafts("p");
    const draft = drafts.begin(newThreadKey(place), place);
    drafts.write(draft, "text");
    const sent: unknown[] = [];
    let works = false;
    provideBackend({
      saveCommentDraft: async () => null,
      createThread: async (...args: unknown[]) => {
        if (!works) throw { code: "DISK_FULL", message: "The disk is full.", hint: "Make room." };
        sent.push(args);
        return threadCard("t", "src/a.rs", 3);
      },
    } as unknown as IBackend);
    expect(await send(drafts, "p", draft)).toBeNull();
    expect([draft.failure?.code, draft.body, draft.sending, drafts.get(draft.key)]).toEqual([
      "DISK_FULL",
      "text",
      false,
      draft,
    ]);
    works = true;
    expect((await send(drafts, "p", draft))?.id).toBe("t");
    expect(sent).toEqual([["p", place, "text"]]);
    expect(drafts.get(draft.key)).toBeUndefined();
  });
});

describe("the threads of a document", () => {
  const at = (id: string, line: number, extra = {}): ThreadHere => {
    const card = threadCard(id, "src/a.rs", line, extra);
    const comments = card.comments.map((comment) => ({ ...comment, created_at: "" }));
    const thread = { ...card, comments, created_at: "", updated_at: "" };
    return { thread, state: thread.state, line_start: line, line_end: line };
  };
  let answers: Map<string, ThreadHere[]>;
  let asked: string[];

  beforeEach(() => {
    [answers, asked] = [new Map(), []];
    provideBackend({
      threadsOfDocument: async (document: string) => {
        asked.push(document);
        return structuredClone(answers.get(document) ?? []);
      },
    } as unknown as IBackend);
  });

  it("are in the order of their lines, and what did not change stays what it was", async () => {
    const here = new ThreadsHere();
    answers.set("d1", [at("b", 9), at("a", 2)]);
    here.setDocument("d1", "src/a.rs");
    await here.refresh();
    const before = here.list;
    expect(before.map(({ thread }) => thread.id)).toEqual(["a", "b"]);
    await here.refresh();
    expect(here.list).toBe(before);
    answers.set("d1", [at("a", 2), at("b", 10)]);
    await here.refresh();
    expect(here.list[0]).toBe(before[0]);
    expect(here.list[1]?.line_start).toBe(10);
  });

  it("stay on screen until those of the newer text are there, but not for another file", async () => {
    const here = new ThreadsHere();
    here.setDocument("d1", "src/a.rs", [at("a", 2)]);
    answers.set("d2", [at("a", 5)]);
    here.setDocument("d2", "src/a.rs");
    expect(here.list[0]?.line_start).toBe(2);
    await vi.waitFor(() => expect(here.list[0]?.line_start).toBe(5));
    here.setDocument("d3", "src/b.rs");
    expect(here.list).toEqual([]);
  });

  it("of a document that was left are dropped", async () => {
    const here = new ThreadsHere();
    answers.set("d1", [at("a", 2)]);
    here.setDocument("d1", "src/a.rs");
    here.setDocument("d2", "src/b.rs");
    await vi.waitFor(() => expect(asked).toContain("d2"));
    await vi.waitFor(() => expect(here.ready).toBe(true));
    expect(here.list).toEqual([]);
  });

  it("can be narrowed by state, author, what is unread and text", () => {
    const list = [at("a", 1), at("b", 2, { state: "MOVED", unread: true }), at("c", 3, { resolved: true })];
    const ids = (part: object) => choose(list, { ...everything, ...part }).map(({ thread }) => thread.id);
    expect(ids({ states: ["MOVED"] })).toEqual(["b"]);
    expect(ids({ which: "resolved" })).toEqual(["c"]);
    expect(ids({ unread: true })).toEqual(["b"]);
    expect(ids({ author: "ai" })).toEqual([]);
    expect(ids({ author: "me" })).toEqual(["a", "b", "c"]);
    expect(ids({ text: "NEEDED" })).toEqual(["a", "b", "c"]);
    expect(ids({ text: "nothing of the kind" })).toEqual([]);
    expect(authorsOf(list)).toEqual([]);
  });
});

describe("which threads are one line", () => {
  it("is remembered, and resolved ones are by themselves", () => {
    const view = new ThreadView({ folded: [], showResolved: true }, () => undefined);
    const open = threadCard("a", "x", 1);
    const done = threadCard("b", "x", 2, { resolved: true });
    expect([view.folded(open), view.folded(done)]).toEqual([false, true]);
    view.fold(open, true);
    view.fold(done, false);
    const again = new ThreadView(readThreadView(JSON.parse(JSON.stringify(view.stored))), () => undefined);
    expect([again.folded(open), again.folded(done)]).toEqual([true, false]);
  });

  it("begins anew from what was stored damaged", () => {
    expect(readThreadView({ folded: [["a", 1], 7, ["b", true]], showResolved: "x" })).toEqual({
      folded: [["b", true]],
      showResolved: true,
    });
    expect(readThreadView(null)).toEqual({ folded: [], showResolved: true });
  });
});
