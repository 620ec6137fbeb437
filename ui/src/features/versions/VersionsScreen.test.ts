import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { sampleKnowledge, sampleVersions } from "../../../dev/versions";
import App from "../../App.svelte";
import { session } from "$features/accounts/session.svelte";
import { resetRoute, showVersions } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { resetSyncs } from "$features/sync/sync.svelte";
import { resetVerdicts } from "$features/sync/verify.svelte";
import { provideBackend } from "$lib/ipc";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import { askCompare, resetAsked } from "./asked.svelte";
import { resetTimelines, timelineOf } from "./timeline.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

// Nothing has a size in this document: lists get the room of a window.
const sizes = { configurable: true, get: () => 4_000 };
Object.defineProperty(HTMLElement.prototype, "clientHeight", sizes);

async function open(extra: Parameters<typeof sampleKnowledge>[0] = {}) {
  shell = fakeShell({ know: sampleKnowledge(extra) });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject("project-ferry");
  showVersions();
  await waitFor(() => expect(screen.getByRole("listbox", { name: "Versions" })).toBeTruthy());
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
  resetAsked();
  dismissAllToasts();
});

const version = (name: RegExp) => screen.getByRole("option", { name });
const lines = (table: HTMLElement) =>
  [...table.querySelectorAll('[role="row"]')].map((row) =>
    [...row.querySelectorAll('[role="cell"]')]
      .map((cell) => cell.textContent.trim())
      .filter(Boolean)
      .join(" ")
      .replace(/^(\d+) ([+−]\w+) /, "$1$2 "),
  );
const heading = () => document.querySelector("#versions h1")?.textContent;
const headed = (text: string) => waitFor(() => expect(heading()).toBe(text));

describe("the versions screen", () => {
  it("shows the newest version against the one before it, and says so in the rows", async () => {
    await open();
    await headed("v41 to v42");
    expect(version(/^v42 , side B/).getAttribute("aria-selected")).toBe("true");
    expect(version(/^v41 , side A/).getAttribute("aria-selected")).toBe("true");
    expect(version(/^v42/).textContent).toContain("1 file added, 8 changed, 1 removed");
    expect(version(/^Working copy/).textContent).toContain("2 files changed");
    expect(version(/^v39/).textContent).toContain("Undo point");
    expect(version(/^v39/).textContent).toContain("Before restore of v36");
  });

  it("compares what is clicked with the version before, and any two with Ctrl or Space", async () => {
    await open();
    await fireEvent.click(version(/^v38/));
    await headed("v37 to v38");
    await fireEvent.click(version(/^v30/), { ctrlKey: true });
    await headed("v30 to v38");
    await fireEvent.keyDown(version(/^v30/), { key: "ArrowUp" });
    await waitFor(() => expect(document.activeElement?.id).toBe("version-31"));
    await fireEvent.keyDown(document.activeElement as Element, { key: " " });
    await headed("v30 to v31");
    await fireEvent.click(screen.getByRole("button", { name: "Swap the sides" }));
    await headed("v31 to v30");
    await fireEvent.click(version(/^Working copy/));
    await headed("v42 to working copy");
  });

  it("draws lines as rows that say added and removed, with one table for each side", async () => {
    await open();
    const before = await screen.findByRole("table", { name: "src/hash.rs, v41 to v42, before" });
    const after = screen.getByRole("table", { name: "src/hash.rs, v41 to v42, after" });
    await waitFor(() => expect(lines(before)).toContain("12−removed let bytes = std::fs::read(path)?;"));
    expect(lines(after)).toContain("13+added let mut file = File::open(path)?;");
    await fireEvent.click(screen.getByRole("radio", { name: "Unified" }));
    const table = await screen.findByRole("table", { name: "src/hash.rs, v41 to v42" });
    await waitFor(() => expect(lines(table)).toContain("13+added let mut file = File::open(path)?;"));
    expect(localStorage.getItem("lectern.diff.layout")).toBe("unified");
  });

  it("opens what was left out between changes", async () => {
    await open();
    const [gap] = await screen.findAllByRole("button", { name: /^Show \d+ equal lines/ });
    // The reader behind this screen may show the same file.
    const first = () => document.querySelector("#versions")?.textContent.includes("use crate::part_1;");
    expect(first()).toBe(false);
    await fireEvent.click(gap as HTMLElement);
    await waitFor(() => expect(first()).toBe(true));
  });

  it("labels a version in its place: Enter keeps it, Esc does not", async () => {
    await open();
    await fireEvent.contextMenu(version(/^v38/), { clientX: 10, clientY: 10 });
    await fireEvent.click(screen.getByRole("menuitem", { name: /Label/ }));
    const field = await screen.findByLabelText("Label of v38");
    await fireEvent.input(field, { target: { value: "Before the trailer" } });
    await fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(version(/^v38/).textContent).toContain("Before the trailer"));
    await fireEvent.keyDown(version(/^v38/), { key: "F2" });
    const again = await screen.findByLabelText("Label of v38");
    await fireEvent.input(again, { target: { value: "Something else" } });
    await fireEvent.keyDown(again, { key: "Escape" });
    expect(version(/^v38/).textContent).toContain("Before the trailer");
  });

  it("finds versions by words, and only those pinned", async () => {
    await open();
    await fireEvent.click(screen.getByRole("button", { name: "Filter versions" }));
    const field = await screen.findByRole("searchbox", { name: "Filter versions" });
    await fireEvent.input(field, { target: { value: "trailer" } });
    await waitFor(() => expect(screen.queryByRole("option", { name: /^v42/ })).toBeNull());
    expect(version(/^v38/)).toBeTruthy();
    await fireEvent.input(field, { target: { value: "" } });
    await fireEvent.click(screen.getByRole("button", { name: "Pinned versions only" }));
    await waitFor(() => expect(screen.queryByRole("option", { name: /^v38/ })).toBeNull());
    expect(version(/^v40/)).toBeTruthy();
  });

  it("fetches older versions as far as one scrolls, and keeps what was picked when versions change", async () => {
    await open({ versions: sampleVersions(1_000) });
    const asked = vi.spyOn(shell, "versions");
    await fireEvent.click(version(/^v995/));
    await headed("v994 to v995");
    shell.say.versions("project-ferry");
    await waitFor(() => expect(asked).toHaveBeenCalled());
    await headed("v994 to v995");
    expect(document.querySelectorAll('[role="option"]').length).toBeLessThan(120);
  });

  it("says that there is no version yet, with the one action that makes one", async () => {
    shell = fakeShell({ know: sampleKnowledge({ versions: [] }) });
    Object.assign(shell, sampleProjects());
    shell.state = sessionState({ profiles: [mira], user: mira });
    provideBackend(shell);
    render(App);
    await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
    openProject("project-ferry");
    showVersions();
    expect(await screen.findByText("No version yet")).toBeTruthy();
  });
});

describe("restoring", () => {
  it("shows its plan first, then tells what it did and how to take it back", async () => {
    await open();
    const restored = vi.spyOn(shell, "restore");
    const undone = vi.spyOn(shell, "undoJournal");
    await fireEvent.click(await screen.findByRole("button", { name: "Restore v41" }));
    const dialog = await screen.findByRole("dialog", { name: "Restore everything from v41" });
    await waitFor(() => expect(dialog.textContent).toContain("1 to create, 9 to overwrite"));
    expect(dialog.textContent).toContain("data/tides.bin");
    expect(dialog.textContent).toContain("is recorded as a version first");
    expect(restored).not.toHaveBeenCalled();
    await fireEvent.click(within(dialog).getByRole("button", { name: "Restore 12 files" }));
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Restored 12 files from v41"));
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    await waitFor(() => expect(undone).toHaveBeenCalled());
    expect(undone.mock.calls[0]?.[2]).toBe("journal-2");
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Undo of Restore of v41: 12 files as before"));
  });

  it("can be cancelled, and then says that nothing was changed", async () => {
    await open();
    // It goes on until it is cancelled, however long the button takes to be found.
    let cancel = () => undefined as void;
    shell.restore = () =>
      new Promise((_, fail) => {
        cancel = () => fail({ code: "CANCELLED", message: "this was cancelled", hint: null });
      });
    shell.cancelTask = () => {
      cancel();
      return Promise.resolve(null);
    };
    await fireEvent.click(await screen.findByRole("button", { name: "Restore v41" }));
    const dialog = await screen.findByRole("dialog", { name: /Restore everything/ });
    await fireEvent.click(await within(dialog).findByRole("button", { name: "Restore 12 files" }));
    await fireEvent.click(await within(dialog).findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Restore cancelled. Nothing was changed."));
  });

  it("keeps the dialog with what failed and the remedy", async () => {
    await open();
    shell.restore = () =>
      Promise.reject({ code: "DISK_FULL", message: "src/sync.rs could not be written.", hint: "Free 2 MB." });
    await fireEvent.click(await screen.findByRole("button", { name: "Restore v41" }));
    await fireEvent.click(await screen.findByRole("button", { name: "Restore 12 files" }));
    const alert = await screen.findByText("src/sync.rs could not be written.");
    expect(alert.closest('[role="alert"]')?.textContent).toContain("Free 2 MB.");
  });
});

describe("verifying", () => {
  it("keeps in sight what is damaged and what was put right", async () => {
    const problem = { path: "src/sync.rs", kind: "object_mismatch", detail: "Found 19aa 04d1." };
    await open({
      verification: { ok: false, problems: [problem], problems_total: 1, healed: ["src/hash.rs"] },
    });
    await fireEvent.contextMenu(version(/^v42/), { clientX: 10, clientY: 10 });
    await fireEvent.click(screen.getByRole("menuitem", { name: "Verify" }));
    const report = await screen.findByRole("dialog", { name: "1 version does not match its hash" });
    expect(report.textContent).toContain("src/sync.rs");
    expect(report.textContent).toContain("Its content does not match its hash. Found 19aa 04d1.");
    expect(report.textContent).toContain("1 file put right");
    expect(toasts.list.map(({ text }) => text)).toEqual([]);
    expect(version(/^v42/).textContent).toContain("Does not match");
    await fireEvent.click(within(report).getByRole("button", { name: "Close" }));
    expect(version(/^v42/).textContent).toContain("Does not match");
  });
});

it("a version is read from the timeline, clearly as that version, and left again", async () => {
  await open();
  await fireEvent.contextMenu(version(/^v41/), { clientX: 10, clientY: 10 });
  await fireEvent.click(screen.getByRole("menuitem", { name: "Read the tree at v41" }));
  const bar = await screen.findByRole("region", { name: "Version being read" });
  expect(bar.textContent).toContain("Reading v41");
  await waitFor(() => expect(screen.getByText("As of v41")).toBeTruthy());
  await fireEvent.click(within(bar).getByRole("button", { name: "Back to working copy" }));
  await waitFor(() => expect(screen.queryByRole("region", { name: "Version being read" })).toBeNull());
});

it("a file is compared with a version from the reader, and the timeline goes on from there", async () => {
  await open();
  resetTimelines();
  askCompare("project-ferry", "src/sync.rs", null);
  const field = await screen.findByRole("combobox", { name: "Find a version" });
  await waitFor(() => expect(timelineOf("project-ferry").loaded).toBe(true));
  await fireEvent.input(field, { target: { value: "trailer" } });
  await fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(() => expect(screen.queryByRole("combobox", { name: "Find a version" })).toBeNull());
  const timeline = timelineOf("project-ferry");
  expect(timeline.sides).toEqual({ old: { kind: "version", version: 38 }, new: { kind: "working_tree" } });
  timeline.pick(30);
  expect(timeline.sides?.new).toEqual({ kind: "version", version: 30 });
});
