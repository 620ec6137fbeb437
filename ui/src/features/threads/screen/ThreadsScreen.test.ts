import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../../dev/fake";
import { sampleThreads, threadCard } from "../../../../dev/threads";
import App from "../../../App.svelte";
import { resetRoute, route } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend, type ThreadCard } from "$lib/ipc";
import { runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import { showInThreadsScreen } from "./asked.svelte";
import { resetThreadLists, threadsOf } from "./threadList.svelte";
import { resetTotals } from "./totals.svelte";

// Nothing is laid out here: lists are as high as this.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 1_000 });

const mira = profile("mira@harbour.example");
const FERRY = "project-ferry";
let shell: FakeShell;

async function open(known: ThreadCard[], overrides: Partial<FakeShell> = {}) {
  shell = fakeShell({ threadsKnown: known, ...overrides });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject(FERRY);
  await waitFor(() => expect(runCommand("threads.show")).toBe(true));
  await waitFor(() => expect(document.querySelector("#threads .threads")).not.toBeNull(), {
    timeout: 20_000,
  });
}

const pane = () => within(document.querySelector<HTMLElement>("#threads [data-pane=threads]") as HTMLElement);
const rows = () => pane().getAllByRole("option");
const list = () => threadsOf(FERRY);

beforeEach(() => {
  resetRoute();
  resetProjects();
  resetThreadLists();
  resetTotals();
  dismissAllToasts();
  localStorage.clear();
});
afterEach(cleanup);

describe("the screen of threads", { timeout: 40_000 }, () => {
  it("lists the open ones under their files and shows the first beside them", async () => {
    await open(sampleThreads());
    await waitFor(() => expect(rows()).toHaveLength(5));
    expect(pane().getByText("5 open, 1 unread, 1 needs review")).toBeTruthy();
    expect(rows().map((row) => row.dataset.thread)).toEqual(["t5", "t3", "t1", "t2", "t4"]);
    expect(pane().getByText("Line 80, was 74")).toBeTruthy();
    expect(pane().getByText("Line 88, 2 possible places")).toBeTruthy();
    expect(pane().getByText("was line 61")).toBeTruthy();
    await waitFor(() => screen.getByRole("region", { name: /^Thread, src\/hash.rs, was line 61, outdated/ }));
    expect(await axe.run(document.querySelector("#threads") as Element)).toMatchObject({ violations: [] });
  });

  it("is narrowed by state, author, words and what is unread, and remembers that, but for the words", async () => {
    await open(sampleThreads());
    await waitFor(() => expect(rows()).toHaveLength(5));
    await fireEvent.click(pane().getByRole("button", { name: "Edited" }));
    await waitFor(() => expect(rows().map((row) => row.dataset.thread)).toEqual(["t3"]));
    await fireEvent.click(pane().getByRole("button", { name: "Edited" }));
    await fireEvent.click(pane().getByRole("button", { name: "Author: Everybody" }));
    await fireEvent.click(pane().getByRole("option", { name: "Noor" }));
    await waitFor(() => expect(rows().map((row) => row.dataset.thread)).toEqual(["t3"]));
    await fireEvent.input(pane().getByRole("searchbox"), { target: { value: "nothing like it" } });
    await waitFor(() => pane().getByText("No thread is like this"));
    resetThreadLists();
    expect(list().choice).toMatchObject({ author: "Noor", text: "", states: [] });
  });

  it("says what is absent and what fills it", async () => {
    await open([]);
    await waitFor(() => pane().getByText("No threads yet"));
    await fireEvent.click(pane().getByRole("button", { name: /Comment in a file/ }));
    expect(route.screen).toBe("workspace");
  });

  it("keeps a failure where the list would be, with the way to try again", async () => {
    const failure = { code: "DATABASE", message: "The database is busy.", hint: null };
    const threads = vi.fn(() => Promise.reject(failure));
    await open(sampleThreads(), { threads } as unknown as Partial<FakeShell>);
    await waitFor(() => pane().getByText("The database is busy."));
    const asked = threads.mock.calls.length;
    await fireEvent.click(pane().getByRole("button", { name: "Try again" }));
    expect(threads.mock.calls.length).toBe(asked + 1);
  });

  it("resolves what is selected in one go, and takes it back in one", async () => {
    await open(sampleThreads());
    await waitFor(() => expect(rows()).toHaveLength(5));
    const box = screen.getByRole("listbox", { name: "Threads" });
    await fireEvent.keyDown(rows()[0] as Element, { key: " " });
    await fireEvent.keyDown(rows()[0] as Element, { key: "ArrowDown", shiftKey: true });
    expect(pane().getByText("2 threads selected")).toBeTruthy();
    expect(box.getAttribute("aria-multiselectable")).toBe("true");
    await fireEvent.click(within(pane().getByRole("toolbar")).getByRole("button", { name: "Resolve" }));
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(toasts.list.at(-1)?.text).toBe("2 threads resolved");
    await toasts.list.at(-1)?.undo?.();
    await waitFor(() => expect(rows()).toHaveLength(5));
  });

  it("marks every unread thread as read, whatever is listed", async () => {
    await open(sampleThreads());
    await waitFor(() => expect(rows()).toHaveLength(5));
    list().choose({ states: ["OUTDATED"] });
    await waitFor(() => expect(rows()).toHaveLength(1));
    await waitFor(() => expect(document.querySelector("nav.rail .pip")?.textContent).toBe("1"));
    runCommand("threads.readAll");
    await waitFor(() => expect(list().known?.unread).toBe(0));
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Thread marked as read"));
  });

  it("shows a thread that is asked for from elsewhere, even one that the filters hide", async () => {
    await open(sampleThreads());
    await waitFor(() => expect(rows()).toHaveLength(5));
    showInThreadsScreen("t6");
    await waitFor(() => screen.getByRole("region", { name: /^Thread, docs\/format.md/ }));
    expect(rows()).toHaveLength(5);
  });

  it("draws a few of ten thousand, and goes to the last by one key", async () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      threadCard(`many-${at}`, `src/file${String(Math.floor(at / 50)).padStart(3, "0")}.rs`, 1 + (at % 50)),
    );
    await open(many);
    await waitFor(() => expect(list().rows).toHaveLength(10_000), { timeout: 20_000 });
    expect(rows().length).toBeLessThan(60);
    await fireEvent.keyDown(rows()[0] as Element, { key: "End" });
    await waitFor(() => expect(list().current).toBe("many-9999"));
    await waitFor(() => expect(rows().some((row) => row.dataset.thread === "many-9999")).toBe(true));
    expect(rows().length).toBeLessThan(60);
  });

  it("tells what an import came to", async () => {
    const importThreads = vi.fn(() =>
      Promise.resolve({
        added: 3,
        updated: 1,
        same: 0,
        skipped: 0,
        comments_added: 5,
        comments_updated: 0,
        comments_kept: 0,
        left_out: [{ reason: "suppressed", count: 2 }],
        problems: [{ what: "result 3", why: "it names no file" }],
        problems_total: 1,
      }),
    );
    await open(sampleThreads(), {
      importThreads,
      pickImportFile: () => Promise.resolve("/tmp/found.sarif"),
    } as unknown as Partial<FakeShell>);
    await fireEvent.click(pane().getByRole("button", { name: "Import…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Import threads into ferry", hidden: true }));
    await fireEvent.click(dialog.getByRole("radio", { name: /SARIF/, hidden: true }));
    await fireEvent.click(dialog.getByRole("button", { name: "Choose a file…", hidden: true }));
    await waitFor(() => dialog.getByText("3 threads added"));
    expect(importThreads).toHaveBeenCalledWith(FERRY, "sarif", "/tmp/found.sarif");
    expect(dialog.getByText("1 thread updated")).toBeTruthy();
    expect(dialog.getByText("2 suppressed")).toBeTruthy();
    expect(dialog.getByText(/result 3: it names no file/)).toBeTruthy();
  });

  it("exports to git notes without asking for a file", async () => {
    const exportThreads = vi.fn(() =>
      Promise.resolve({ threads: 5, lines_added: 7, commits: 2, problems: [], problems_total: 0 }),
    );
    await open(sampleThreads(), { exportThreads } as unknown as Partial<FakeShell>);
    await waitFor(() => expect(rows()).toHaveLength(5));
    await fireEvent.click(pane().getByRole("button", { name: "Export…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Export the threads of ferry", hidden: true }));
    await fireEvent.click(dialog.getByRole("radio", { name: /Git notes/, hidden: true }));
    await fireEvent.click(dialog.getByRole("button", { name: "Write notes", hidden: true }));
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Exported 5 threads"));
    expect(exportThreads).toHaveBeenCalledWith(FERRY, "git_notes", null);
  });
});
