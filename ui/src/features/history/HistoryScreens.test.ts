import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { fakeId, fakeRepository, sampleHistory, type FakeHistory } from "../../../dev/history";
import App from "../../App.svelte";
import { session } from "$features/accounts/session.svelte";
import { resetRoute, route, showVersions } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { resetSyncs } from "$features/sync/sync.svelte";
import { resetVerdicts } from "$features/sync/verify.svelte";
import { resetAsked } from "$features/versions/asked.svelte";
import { resetTimelines } from "$features/versions/timeline.svelte";
import { provideBackend } from "$lib/ipc";
import { runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import { askCommit, askCommitWithFolder, askHistory } from "./asked.svelte";
import { commitsOf, resetCommits } from "./commits.svelte";
import { resetReferences } from "./references.svelte";
import { putView, resetViews, viewOf } from "./view.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

// Nothing has a size in this document: lists get the room of a window.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 1_000 });

async function open(
  view: "versions" | "commits" | "branches",
  extra: Parameters<typeof sampleHistory>[0] = {},
) {
  fakeRepository.know = sampleHistory({ count: 1_000, ...extra });
  shell = fakeShell();
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject("project-ferry");
  putView("project-ferry", view);
  showVersions();
  await screen.findByRole("radiogroup", { name: "What to show" });
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  session.state = null;
  resetRoute();
  resetProjects();
  resetSyncs();
  resetVerdicts();
  resetTimelines();
  resetCommits();
  resetReferences();
  resetViews();
  resetAsked();
  dismissAllToasts();
});

const know = () => fakeRepository.know as FakeHistory;
const commit = (at: number) => document.getElementById(`commit-${at}`) as HTMLElement;
const listed = () => waitFor(() => expect(commit(0)?.dataset.index).toBe("0"));
const heading = () => document.querySelector("#versions h1")?.textContent;
const headed = (text: string) => waitFor(() => expect(heading()).toBe(text));
const short = (at: number) => fakeId(at).slice(0, 7);

describe("the list of commits", () => {
  it("shows the newest with what it changed, and only as many rows as fit", async () => {
    await open("commits");
    await headed(know().commits[0]?.summary ?? "");
    expect(commit(0).getAttribute("aria-selected")).toBe("true");
    expect(commit(0).textContent).toContain("Mira Quay");
    expect(commit(0).textContent).toContain("Branch:main");
    expect(document.querySelectorAll('#versions [id^="commit-"]').length).toBeLessThan(60);
    const pane = screen.getByRole("region", { name: "Commit" });
    await waitFor(() => expect(pane.textContent).toContain("12 files: 1 added"));
    expect(within(pane).getByRole("button", { name: short(1) })).toBeTruthy();
  });

  it("is gone through by keyboard; Space picks two, older first, and they can be swapped", async () => {
    await open("commits");
    await listed();
    await waitFor(() => expect(document.activeElement?.id).toBe("commit-0"));
    await fireEvent.keyDown(commit(0), { key: "ArrowDown" });
    await waitFor(() => expect(document.activeElement?.id).toBe("commit-1"));
    await fireEvent.keyDown(commit(1), { key: "PageDown" });
    await waitFor(() => expect(document.activeElement?.id).toBe("commit-20"));
    await fireEvent.keyDown(commit(20), { key: " " });
    await headed(`${short(20)} to ${short(0)}`);
    expect(commit(20).textContent).toContain("side A");
    await fireEvent.click(screen.getByRole("button", { name: "Swap the sides" }));
    await headed(`${short(0)} to ${short(20)}`);
    await fireEvent.keyDown(commit(20), { key: "End" });
    await waitFor(() => expect(document.activeElement?.id).toBe("commit-999"));
    await fireEvent.keyDown(commit(999), { key: "Enter" });
    await headed(know().commits[999]?.summary ?? "");
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toContain("All of"));
    await fireEvent.keyDown(commit(999), { key: "/" });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Filter commits");
  });

  it("is filtered by words, without lanes, and says how far it looked", async () => {
    await open("commits");
    await listed();
    expect(document.querySelectorAll("#versions .lanes path").length).toBeGreaterThan(20);
    const asked = vi.spyOn(shell, "openHistory");
    await fireEvent.input(screen.getByRole("searchbox", { name: "Filter commits" }), {
      target: { value: "part-7'" },
    });
    await waitFor(() => expect(screen.getByText("1 commit of 1,000")).toBeTruthy());
    expect(asked.mock.calls.at(-1)?.[1]).toEqual({ path: null, reference: null, text: "part-7'" });
    expect(document.querySelectorAll("#versions .lanes path")).toHaveLength(0);
    await fireEvent.input(screen.getByRole("searchbox", { name: "Filter commits" }), {
      target: { value: "nowhere to be found" },
    });
    await waitFor(() => expect(screen.getByText("No commit matches")).toBeTruthy());
    await fireEvent.click(screen.getByRole("button", { name: "Show all commits" }));
    await waitFor(() => expect(screen.getByText("1,000 commits")).toBeTruthy());
  });

  it("can be stopped while it is being read", async () => {
    await open("commits", { step: 200, pause: 60_000 });
    await listed();
    expect(screen.getByText("200 commits so far")).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "Stop" }));
    await waitFor(() => expect(screen.getByText(/^Stopped after 200 commits/)).toBeTruthy());
  });

  it("compares a merge with the parent that is chosen", async () => {
    await open("commits");
    await listed();
    const compared = vi.spyOn(shell, "compare");
    await fireEvent.click(commit(1));
    await waitFor(() =>
      expect(compared.mock.calls.at(-1)?.[1]).toEqual({ kind: "commit", commit: fakeId(5) }),
    );
    await fireEvent.click(await screen.findByRole("button", { name: /^Compared with: Parent 1/ }));
    await fireEvent.click(screen.getByRole("option", { name: /^Parent 2/ }));
    await waitFor(() =>
      expect(compared.mock.calls.at(-1)?.slice(1)).toEqual([
        { kind: "commit", commit: fakeId(2) },
        { kind: "commit", commit: fakeId(1) },
      ]),
    );
  });

  it("compares with the working copy, opens files as of the commit, and leads to a version", async () => {
    await open("commits");
    await listed();
    await fireEvent.contextMenu(commit(6), { clientX: 10, clientY: 10, button: 2 });
    await fireEvent.click(screen.getByRole("menuitem", { name: /^Compare with the working copy/ }));
    await headed(`${short(6)} to working copy`);
    await fireEvent.click(screen.getByRole("button", { name: "Show what the commit changed" }));
    await headed(know().commits[6]?.summary ?? "");
    const read = vi.spyOn(shell, "openCommitFile");
    const [openFile] = await screen.findAllByRole("button", { name: /^Open .*hash\.rs/ });
    await fireEvent.click(openFile as HTMLElement);
    expect(route.screen).toBe("workspace");
    await waitFor(() => expect(read).toHaveBeenCalledWith("project-ferry", "src/hash.rs", fakeId(6)));
    showVersions();
    await fireEvent.contextMenu(commit(6), { clientX: 10, clientY: 10, button: 2 });
    await fireEvent.click(screen.getByRole("menuitem", { name: "Show version 41" }));
    expect(viewOf("project-ferry")).toBe("versions");
    await headed("v40 to v41");
  });

  it.each([
    ["none", "Not a git repository"],
    ["unborn", "No commits yet"],
  ] as const)("says why there are no commits: %s", async (kind, words) => {
    await open("commits", { kind });
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.queryByRole("listbox", { name: "Commits" })).toBeNull();
  });

  it("tells a failure with its remedy, and tries again", async () => {
    const failure = { code: "GIT", message: "An object is damaged.", hint: "Run git fsck." };
    await open("commits", { commits: [], failure });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Run git fsck.");
    fakeRepository.know = sampleHistory({ count: 20 });
    await fireEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    await listed();
  });
});

describe("asked from elsewhere", () => {
  it("lists the history of a file, with the name it had then", async () => {
    await open("versions");
    askHistory({ path: "src/hash.rs" });
    expect(await screen.findByText("History of src/hash.rs")).toBeTruthy();
    await listed();
    expect(commit(2).textContent).not.toContain("old_hash.rs");
    expect(commit(13).textContent).toContain("src/old_hash.rs");
    // Only that file of what the commit changed.
    expect(await screen.findByText("Only src/hash.rs")).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "Show the commits of all files" }));
    await waitFor(() => expect(screen.getByText("1,000 commits")).toBeTruthy());
  });

  it("shows a commit, also one that is not in sight, and says when there is none", async () => {
    await open("versions");
    askCommit(fakeId(700));
    await headed(know().commits[700]?.summary ?? "");
    expect(viewOf("project-ferry")).toBe("commits");
    askCommit("f".repeat(40));
    expect(await screen.findByText("There is no commit fffffff.")).toBeTruthy();
  });

  it("compares a file as of a commit with the folder, one after the other", async () => {
    await open("versions");
    askCommitWithFolder(fakeId(6), "src/hash.rs");
    await headed(`${short(6)} to working copy`);
    const commits = commitsOf("project-ferry");
    await waitFor(() => expect(commits.comparison?.only).toBe("src/hash.rs"));
    expect(commits.comparison?.old).toEqual({ kind: "commit", commit: fakeId(6) });
    expect(commits.comparison?.new_).toEqual({ kind: "working_tree" });
    askCommitWithFolder(fakeId(6), "src/plan.rs");
    await waitFor(() => expect(commits.comparison?.only).toBe("src/plan.rs"));
    await fireEvent.click(screen.getByRole("button", { name: "Show what the commit changed" }));
    await headed(know().commits[6]?.summary ?? "");
    await waitFor(() => expect(commits.comparison?.only).toBeNull());
  });

  it("follows a commit that a message names", async () => {
    await open("commits");
    await headed(know().commits[0]?.summary ?? "");
    await fireEvent.click(await screen.findByRole("button", { name: fakeId(5).slice(0, 10) }));
    await headed(know().commits[5]?.summary ?? "");
    expect(toasts.list).toEqual([]);
  });
});

describe("branches and tags", () => {
  it("lead to the commits from there", async () => {
    await open("branches");
    const option = await screen.findByRole("option", { name: /release\/2\.1 0 ahead/ });
    const asked = vi.spyOn(shell, "openHistory");
    await fireEvent.click(option);
    await listed();
    expect(asked.mock.calls.at(-1)?.[1].reference).toBe("release/2.1");
    expect(screen.getByRole("button", { name: "Begin at: release/2.1" })).toBeTruthy();
  });

  it("are compared with the current one by keyboard", async () => {
    await open("branches");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("main"));
    await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
    await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
    await waitFor(() => expect(document.activeElement?.textContent).toContain("release/2.1"));
    await fireEvent.keyDown(document.activeElement as Element, { key: "c" });
    await headed("main to release/2.1");
  });

  it("are filtered", async () => {
    await open("branches");
    await fireEvent.input(await screen.findByRole("searchbox", { name: "Filter branches and tags" }), {
      target: { value: "nightly" },
    });
    await waitFor(() =>
      expect(screen.getAllByRole("option").map((one) => one.textContent?.trim().slice(0, 7))).toEqual([
        "nightly",
      ]),
    );
  });
});

it("remembers for each project what was shown", async () => {
  await open("versions");
  await fireEvent.click(screen.getByRole("radio", { name: "Branches" }));
  await screen.findByRole("listbox", { name: "Branches and tags" });
  resetViews();
  expect(viewOf("project-ferry")).toBe("branches");
  expect(viewOf("project-inkwell")).toBe("versions");
  expect(runCommand("history.commits")).toBe(true);
  await screen.findByRole("listbox", { name: "Commits" });
});
