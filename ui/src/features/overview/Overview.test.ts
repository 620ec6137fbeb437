import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { fakeRepository, sampleHistory } from "../../../dev/history";
import { noActivity, nothingYet, sampleActivity, sampleOverview } from "../../../dev/overview";
import App from "../../App.svelte";
import { session } from "$features/accounts/session.svelte";
import { resetRoute, showWorkspace } from "$features/frame/route.svelte";
import { resetCommits } from "$features/history/commits.svelte";
import { resetViews } from "$features/history/view.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { resetSyncs } from "$features/sync/sync.svelte";
import { provideBackend } from "$lib/ipc";
import { runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts } from "$lib/ui/toasts.svelte";
import { resetGlances } from "./glance.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

// Nothing has a size in this document: lists and maps get the room of a window.
const size = (value: number) => ({ configurable: true, get: () => value });
Object.defineProperty(HTMLElement.prototype, "clientHeight", size(1_000));
Object.defineProperty(HTMLElement.prototype, "clientWidth", size(680));

async function open(know: Parameters<typeof sampleHistory>[0] = {}) {
  fakeRepository.know = sampleHistory({ count: 10, ...know });
  shell = fakeShell();
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject("project-ferry");
  showWorkspace();
  await waitFor(() => expect(screen.getByRole("tab", { name: /sync\.rs/ })).toBeTruthy());
  await waitFor(() => expect(document.querySelector("#reader-panel .cm-content")).toBeTruthy());
  expect(runCommand("overview.show")).toBe(true);
  return screen.findByRole("region", { name: "Overview of ferry" });
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  session.state = null;
  resetRoute();
  resetProjects();
  resetSyncs();
  resetGlances();
  resetCommits();
  resetViews();
  dismissAllToasts();
});

describe("the overview of a project", () => {
  it("takes the place of the file in front, which stays open, and takes the focus", async () => {
    const overview = await open();
    await waitFor(() => expect(document.activeElement).toBe(overview));
    expect(screen.getByRole("tab", { name: /sync\.rs/ }).getAttribute("aria-selected")).toBe("false");
    await waitFor(() => expect(overview.textContent).toContain("412 files, 3.4 MB in v42"));
    expect(overview.textContent).toContain("Rust 58.2%");
    expect(overview.textContent).toContain("23 dependencies");
    expect(overview.textContent).toContain("Line 7 is not TOML");
    expect(overview.textContent).toContain("2 others");
  });

  it("reveals an area in the tree, by mouse and by keyboard", async () => {
    const overview = await open();
    const area = await within(overview).findByRole("button", { name: /^src 260 KB, 22 files, mostly Rust/ });
    await fireEvent.click(area);
    await waitFor(() => expect(document.activeElement?.textContent).toContain("src"));
    expect(document.activeElement?.closest('[role="treeitem"]')?.getAttribute("aria-expanded")).toBe("true");
    const map = within(overview).getByRole("group", { name: "Map of areas, by size" });
    area.focus();
    await fireEvent.keyDown(area, { key: "Home" });
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^crates /));
    await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowRight" });
    expect(map.contains(document.activeElement)).toBe(true);
    expect(document.activeElement?.getAttribute("aria-label")).not.toMatch(/^crates /);
    expect(map.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  });

  it("opens files where reading begins", async () => {
    const overview = await open({
      overview: sampleOverview({ entry_points: [{ path: "src/hash.rs", line: 12, reason: "main" }] }),
    });
    await fireEvent.click(await within(overview).findByRole("button", { name: "src/hash.rs:12" }));
    await waitFor(() =>
      expect(screen.getByRole("tab", { name: /hash\.rs/ }).getAttribute("aria-selected")).toBe("true"),
    );
  });

  it("keeps room for what git tells, which comes later", async () => {
    let answer: (activity: ReturnType<typeof sampleActivity>) => void = () => undefined;
    const late = new Promise<ReturnType<typeof sampleActivity>>((done) => (answer = done));
    const spy = vi.fn(() => late);
    const opened = open();
    shell.projectActivity = spy;
    const overview = await opened;
    const hot = await within(overview).findByRole("list", { name: /^Files changed most/ });
    expect(hot.style.minHeight).toBe("208px");
    expect(within(overview).getByRole("img", { name: "Commits are being counted" })).toBeTruthy();
    answer(sampleActivity());
    expect(
      await within(overview).findByRole("img", { name: /^1,204 commits in a year; most, 4\d/ }),
    ).toBeTruthy();
    expect(hot.style.minHeight).toBe("208px");
    expect(within(hot).getAllByRole("button")[0]?.title).toBe(
      "crates/sync/src/plan.rs: 88 commits by 4 authors",
    );
  });

  it("says why there is no activity without git", async () => {
    const overview = await open({ kind: "none", activity: noActivity() });
    await waitFor(() => expect(overview.textContent).toContain("Not a git repository"));
    expect(within(overview).queryByRole("list", { name: /^Files changed most/ })).toBeNull();
    expect(within(overview).getByRole("list", { name: "Largest files" })).toBeTruthy();
  });

  it("offers the one action before the first sync, and says that a folder is empty", async () => {
    const overview = await open({ overview: nothingYet() });
    const started = vi.spyOn(shell, "startSync");
    await fireEvent.click(await within(overview).findByRole("button", { name: /^Sync/ }));
    expect(started).toHaveBeenCalledWith("project-ferry");
    fakeRepository.know = sampleHistory({ count: 10, overview: { ...nothingYet(), version: 1 } });
    shell.say.versions("project-ferry");
    expect(await within(overview).findByText("This folder is empty.")).toBeTruthy();
  });

  it("tells a failure with its remedy, and tries again", async () => {
    const opened = open();
    const right = shell.projectOverview;
    shell.projectOverview = () =>
      Promise.reject({ code: "DAMAGED", message: "The version could not be read.", hint: "Verify it." });
    const overview = await opened;
    const alert = await within(overview).findByRole("alert");
    expect(alert.textContent).toContain("Verify it.");
    shell.projectOverview = right;
    await fireEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(overview.textContent).toContain("412 files"));
  });
});

it("the history of the file in front is a command", async () => {
  await open();
  expect(runCommand("reader.history")).toBe(false);
  await fireEvent.click(screen.getByRole("tab", { name: /sync\.rs/ }));
  await waitFor(() => expect(runCommand("reader.history")).toBe(true));
  expect(await screen.findByText("History of src/sync.rs")).toBeTruthy();
});
