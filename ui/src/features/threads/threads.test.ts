import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, project, type FakeShell } from "../../../dev/fake";
import { refactorJob } from "../../../dev/refactorSamples";
import { comment, threadCard } from "../../../dev/threads";
import { Reading } from "$features/reader/reading.svelte";
import { projects } from "$features/projects/projects.svelte";
import { provideBackend, type CommentPart, type ThreadCard } from "$lib/ipc";
import { dismissAllToasts, toasts, undoToast } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import HerePane from "./HerePane.svelte";
import NewThread from "./NewThread.svelte";
import { openThread } from "./open";
import ThreadBlock from "./ThreadBlock.svelte";
import { beginThread, placeIn, selectedPlace } from "./writing";
import { besideThread } from "./walk";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { route } from "$features/frame/route.svelte";

let shell: FakeShell;
let reading: Reading;

async function open(cards: ThreadCard[]) {
  shell = fakeShell({ threadsKnown: cards });
  Object.assign(shell, {
    commentDrafts: async () => [],
    saveCommentDraft: async () => null,
    onThreadsChanged: async () => () => undefined,
  });
  provideBackend(shell);
  reading = new Reading(project(`ferry-${Math.random()}`));
  await reading.open("src/sync.rs", { pin: true });
  await waitFor(() => expect(reading.left.threads.ready).toBe(true));
}

const one = (extra: Partial<ThreadCard> = {}) => threadCard("t1", "src/sync.rs", 20, extra);

beforeEach(() => dismissAllToasts());
afterEach(() => {
  cleanup();
  reading.stop();
  asked.thread = null;
  asked.placing = null;
});

describe("a thread", () => {
  it("is a section with its place and state, and its replies are articles", async () => {
    await open([
      one({
        comments: [comment("a", "One"), comment("b", "Two", { edited_at: "2026-11-01T10:00:00.000Z" })],
      }),
    ]);
    const { container } = render(ThreadBlock, { pane: reading.left, id: "t1" });
    const section = screen.getByRole("region", { name: "Thread on line 20, exact" });
    expect(within(section).getAllByRole("article")).toHaveLength(2);
    expect(within(section).getByText("edited")).toBeTruthy();
    expect(await axe.run(container)).toMatchObject({ violations: [] });
  });

  it("that was not answered for a failure keeps the words, says why, and can be tried again", async () => {
    await open([one()]);
    let fails = true;
    const reply = shell.replyToThread;
    shell.replyToThread = (...args) =>
      fails
        ? Promise.reject({ code: "DISK_FULL", message: "The disk is full.", hint: "Make room." })
        : reply(...args);
    render(ThreadBlock, { pane: reading.left, id: "t1" });
    const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Reply" });
    await fireEvent.input(field, { target: { value: "Because of the docs." } });
    await fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    await screen.findByText("The disk is full.");
    expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Reply" }).value).toBe(
      "Because of the docs.",
    );
    fails = false;
    await fireEvent.click(screen.getByRole("button", { name: /^Try again/ }));
    await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(2));
    expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Reply" }).value).toBe("");
  });

  it("takes no second sending while the first is under way", async () => {
    await open([one()]);
    let answer: (card: ThreadCard) => void = () => undefined;
    const sent = vi.fn(() => new Promise<ThreadCard>((done) => (answer = done)));
    shell.replyToThread = sent;
    render(ThreadBlock, { pane: reading.left, id: "t1" });
    const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Reply" });
    await fireEvent.input(field, { target: { value: "Once" } });
    await fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    await fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    expect([sent.mock.calls.length, field.readOnly]).toEqual([1, true]);
    expect(screen.getByText("Sending")).toBeTruthy();
    answer(one());
    await waitFor(() => expect(screen.queryByText("Sending")).toBeNull());
  });

  it("is resolved with a message that takes it back, and is one line meanwhile", async () => {
    await open([one()]);
    render(ThreadBlock, { pane: reading.left, id: "t1" });
    await fireEvent.click(screen.getByRole("button", { name: /^Resolve/ }));
    await waitFor(() => expect(screen.queryByRole("article")).toBeNull());
    const message = toasts.list.at(-1);
    expect(message?.text).toBe("Thread resolved");
    await undoToast(message!);
    await waitFor(() => expect(screen.getByRole("article")).toBeTruthy());
  });

  it("that needs review lists its places, and goes to the one that is picked", async () => {
    const at = (line: number, score: number) => ({
      place: { path: "src/sync.rs", line_start: line, line_end: line },
      score,
      lines: [{ line, text: `line ${line}`, spans: [] }],
    });
    await open([one({ state: "NEEDS_REVIEW", candidates: [at(3, 60), at(9, 40)] })]);
    const placed = vi.fn(async () => one({ can_undo_place: true }));
    shell.placeThread = placed;
    render(ThreadBlock, { pane: reading.left, id: "t1" });
    expect(screen.getByText("line 9")).toBeTruthy();
    const [, second] = screen.getAllByRole("button", { name: "It is here" });
    await fireEvent.click(second as Element);
    await waitFor(() => expect(placed).toHaveBeenCalled());
    expect(placed.mock.calls[0]).toEqual([
      "project-ferry",
      "t1",
      { place: at(9, 40).place, side: { kind: "working_tree" }, document: null },
    ]);
    expect(toasts.list.at(-1)?.text).toBe("Thread placed on src/sync.rs:9");
  });

  it("says why a suggestion can't be applied, and offers it only where it can", async () => {
    const part = (index: number, refusal: string | null): CommentPart => ({
      kind: "suggestion",
      index,
      text: "x",
      rows: [],
      refusal,
    });
    const parts = [part(0, null), part(1, "The lines changed since.")];
    await open([one({ comments: [comment("a", "x", { parts })] })]);
    render(ThreadBlock, { pane: reading.left, id: "t1" });
    expect(screen.getAllByRole("button", { name: "Apply" })).toHaveLength(1);
    expect(screen.getByText("The lines changed since.")).toBeTruthy();
  });

  it("applies a suggestion with one click by a refactor job, and takes that back", async () => {
    const part: CommentPart = { kind: "suggestion", index: 2, text: "x", rows: [], refusal: null };
    await open([one({ comments: [comment("a", "x", { parts: [part], author: "You" })] })]);
    const job = refactorJob("s1", { status: "APPLIED", ask_kind: "SUGGESTION" });
    const applySuggestion = vi.fn(() => Promise.resolve(job));
    const refactorUndo = vi.fn(() => Promise.resolve(job.applied));
    const refactorUndoPlan = vi.fn(() => Promise.resolve({ exact: true, files: [] }));
    Object.assign(shell, { applySuggestion, refactorUndo, refactorUndoPlan });
    render(ThreadBlock, { pane: reading.left, id: "t1" });
    await fireEvent.click(screen.getByRole("button", { name: "Apply" }));
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Suggestion applied"));
    expect(applySuggestion.mock.calls[0]?.slice(1, 4)).toEqual(["project-ferry", "a", 2]);
    await undoToast(toasts.list.at(-1) as never);
    await waitFor(() => expect(toasts.list.map(({ text }) => text)).toContain("Suggestion undone"));
    expect(refactorUndo.mock.calls[0]?.slice(1, 3)).toEqual(["s1", []]);
  });

  it("draws its Markdown as the shell sanitised it, and loads no picture from the web", async () => {
    const html = '<p>Hi <img src="https://example.invalid/x.png" alt="a chart"></p>';
    await open([one({ comments: [comment("a", "x", { parts: [{ kind: "html", html }] })] })]);
    const { container } = render(ThreadBlock, { pane: reading.left, id: "t1" });
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByText("image on the web, not loaded: a chart")).toBeTruthy();
  });

  it("is read once it was on screen for a while in the window that has the focus", async () => {
    await open([
      one({ unread: true, comments: [comment("a", "x", { mine: false, author: "Noor", unread: true })] }),
    ]);
    vi.useFakeTimers();
    let told: IntersectionObserverCallback = () => undefined;
    vi.stubGlobal(
      "IntersectionObserver",
      class {
        constructor(heard: IntersectionObserverCallback) {
          told = heard;
        }
        observe() {}
        disconnect() {}
      },
    );
    const focus = vi.spyOn(document, "hasFocus").mockReturnValue(false);
    const read = vi.spyOn(shell, "setThreadsRead");
    try {
      render(ThreadBlock, { pane: reading.left, id: "t1" });
      await tick();
      told([{ isIntersecting: true } as IntersectionObserverEntry], {} as IntersectionObserver);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(read).not.toHaveBeenCalled();
      focus.mockReturnValue(true);
      dispatchEvent(new Event("focus"));
      await vi.advanceTimersByTimeAsync(500);
      expect(read).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(600);
      expect(read).toHaveBeenCalledWith("project-ferry", ["t1"], true);
    } finally {
      vi.useRealTimers();
      vi.unstubAllGlobals();
      focus.mockRestore();
    }
  });
});

describe("a comment that is begun", () => {
  it("is about the lines and the state that are read", async () => {
    await open([]);
    const made = vi.spyOn(shell, "createThread");
    beginThread(reading.left, placeIn(reading.left, 3, 5));
    const [draft] = [...reading.drafts.all.values()];
    render(NewThread, { pane: reading.left, id: draft?.key ?? "" });
    expect(screen.getByRole("region", { name: "New comment on lines 3–5" })).toBeTruthy();
    const field = screen.getByRole("textbox", { name: "Write a comment" });
    await fireEvent.input(field, { target: { value: "Why?" } });
    await fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(made).toHaveBeenCalled());
    const [, place, body] = made.mock.calls[0] ?? [];
    expect([place?.place, place?.side, body]).toEqual([
      { path: "src/sync.rs", line_start: 3, line_end: 5 },
      { kind: "working_tree" },
      "Why?",
    ]);
    expect(reading.drafts.all.size).toBe(0);
  });

  it("in a version is about that version", async () => {
    await open([]);
    await reading.open("src/plan.rs", { state: 41 });
    expect(selectedPlace(reading.left)?.side).toEqual({ kind: "version", version: 41 });
  });

  it("begins a suggestion with the lines it is about", async () => {
    await open([]);
    beginThread(reading.left, placeIn(reading.left, 1, 2));
    const [draft] = [...reading.drafts.all.values()];
    render(NewThread, { pane: reading.left, id: draft?.key ?? "" });
    await fireEvent.click(screen.getByRole("button", { name: "Suggest a change" }));
    expect(draft?.body).toMatch(/^```suggestion\nuse .*\nuse .*\n```\n$/);
  });

  it("offers files for @ and leaves Enter and Esc to the list while it is open", async () => {
    await open([]);
    shell.findFiles = async () => ({
      files: [{ path: "src/hash.rs", at: [], recent: false }],
      matched: 1,
      total: 1,
      version: 1,
    });
    beginThread(reading.left, placeIn(reading.left, 1, 1));
    const [draft] = [...reading.drafts.all.values()];
    render(NewThread, { pane: reading.left, id: draft?.key ?? "" });
    const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Write a comment" });
    await fireEvent.input(field, { target: { value: "See @ha" } });
    field.setSelectionRange(7, 7);
    await fireEvent.keyUp(field, { key: "a" });
    await screen.findByRole("option", { name: /hash.rs/ });
    await fireEvent.keyDown(field, { key: "Escape" });
    expect([screen.queryByRole("option"), draft?.open]).toEqual([null, true]);
    await fireEvent.input(field, { target: { value: "See @hash and @ha" } });
    field.setSelectionRange(17, 17);
    await fireEvent.keyUp(field, { key: "a" });
    await screen.findByRole("option", { name: /hash.rs/ });
    await fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(draft?.body).toBe("See @hash and [src/hash.rs](src/hash.rs) "));
  });
});

describe("the list beside the file", () => {
  it("counts open threads, narrows them, and goes to the one that is chosen", async () => {
    await open([
      one(),
      threadCard("t2", "src/sync.rs", 4, { state: "MOVED" }),
      threadCard("t3", "src/sync.rs", 30, { resolved: true }),
    ]);
    const { container } = render(HerePane, { reading });
    expect(screen.getByText("2 open")).toBeTruthy();
    expect(screen.getAllByRole("link").map((link) => link.dataset.card)).toEqual(["t2", "t1", "t3"]);
    expect(await axe.run(container)).toMatchObject({ violations: [] });
    await fireEvent.click(screen.getByRole("button", { name: "Filter threads" }));
    await fireEvent.click(screen.getByRole("checkbox", { name: "Moved" }));
    await waitFor(() => expect(screen.getAllByRole("link")).toHaveLength(1));
    const reveal = vi.fn();
    reading.left.threads.reveal = reveal;
    await fireEvent.click(screen.getByRole("link"));
    expect([reveal.mock.calls, reading.left.threads.current]).toEqual([[["t2"]], "t2"]);
  });

  it("is walked round from the caret", async () => {
    await open([one(), threadCard("t2", "src/sync.rs", 4)]);
    reading.left.cursor = { line: 10, column: 0, selected: 0 };
    expect(besideThread(reading.left, 1)?.thread.id).toBe("t1");
    expect(besideThread(reading.left, -1)?.thread.id).toBe("t2");
    reading.left.cursor = { line: 50, column: 0, selected: 0 };
    expect(besideThread(reading.left, 1)?.thread.id).toBe("t2");
  });
});

describe("going to a thread from elsewhere", () => {
  it("asks the reader for its file, and for its focus there", async () => {
    await open([one()]);
    route.projectId = "project-ferry";
    await openThread("project-ferry", "t1");
    expect([readerSlot.request?.path, readerSlot.request?.line, asked.thread?.threadId]).toEqual([
      "src/sync.rs",
      20,
      "t1",
    ]);
    readerSlot.request = null;
  });

  it("of a file that is gone leads to the list of threads", async () => {
    await open([one({ state: "OUTDATED", place: { path: "src/gone.rs", line_start: 3, line_end: 3 } })]);
    route.projectId = "project-ferry";
    route.screen = "workspace";
    projects.list = [project("ferry")];
    await openThread("project-ferry", "t1");
    expect([readerSlot.request, asked.thread, route.screen]).toEqual([null, null, "threads"]);
  });
});
