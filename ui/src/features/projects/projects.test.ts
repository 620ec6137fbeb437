import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  failure,
  fakeShell,
  manifest,
  presentFacts,
  project,
  sampleProjects,
  syncProgress,
  type FakeShell,
} from "../../../dev/fake";
import { closeOverlay, resetRoute, route } from "$features/frame/route.svelte";
import { noteProgress, outcomeText, resetSyncs, startSync } from "$features/sync/sync.svelte";
import { provideBackend } from "$lib/ipc";
import { dismissAllToasts, toasts, undoableToast, undoToast } from "$lib/ui/toasts.svelte";
import ProjectsHome from "./ProjectsHome.svelte";
import { cloneText, cloning, isRemoteAddress, nameFromAddress } from "./clone.svelte";
import { addFolder, facts, loadAllFacts, loadProjects, projects, resetProjects } from "./projects.svelte";
import { stops } from "./resume";
import { matchesFilter, rowState } from "./row";

let shell: FakeShell;

beforeEach(async () => {
  shell = fakeShell();
  Object.assign(shell, sampleProjects());
  provideBackend(shell);
  await loadProjects();
  await loadAllFacts();
});
afterEach(() => {
  cleanup();
  resetProjects();
  resetSyncs();
  resetRoute();
  dismissAllToasts();
});

const row = (name: string) => document.querySelector<HTMLElement>(`tr[data-project="${name}"]`);

describe("the list of projects", () => {
  it("says the state of each in words", () => {
    noteProgress(syncProgress("project-inkwell"));
    render(ProjectsHome);
    expect(row("ferry")?.textContent).toContain("2 changed");
    expect(row("tidetable")?.textContent).toContain("In sync");
    expect(row("inkwell")?.textContent).toContain("214 of 980");
    expect(row("survey-tools")?.textContent).toContain("Folder missing");
    expect(screen.getByRole("img", { name: "Rust 64%, TypeScript 27%, CSS 6%, Markdown 3%" })).toBeTruthy();
  });

  it("follows a sync while it runs", async () => {
    render(ProjectsHome);
    noteProgress(syncProgress("project-ferry", { files_done: 3, files_total: 38 }));
    await waitFor(() => expect(row("ferry")?.textContent).toContain("3 of 38"));
  });

  it("offers to locate a missing folder", async () => {
    const pick = vi.spyOn(shell, "pickFolder").mockResolvedValue("/mnt/new/survey-tools");
    const relocate = vi.spyOn(shell, "relocateProject");
    render(ProjectsHome);
    await fireEvent.click(screen.getByRole("button", { name: "Locate folder" }));
    await waitFor(() =>
      expect(relocate).toHaveBeenCalledWith("project-survey-tools", "/mnt/new/survey-tools"),
    );
    expect(pick).toHaveBeenCalled();
  });

  it("filters by name, path, branch and language", async () => {
    render(ProjectsHome);
    const field = screen.getByLabelText("Filter projects");
    await fireEvent.input(field, { target: { value: "rust" } });
    expect(row("ferry")).not.toBeNull();
    expect(row("lamplight")).toBeNull();
    await fireEvent.input(field, { target: { value: "archive go" } });
    expect(row("lamplight")).not.toBeNull();
    await fireEvent.input(field, { target: { value: "zebra" } });
    expect(screen.getByText("No project matches “zebra”")).toBeTruthy();
    expect(matchesFilter(project("x"), "", null)).toBe(true);
  });

  it("brings a removed project back with Undo", async () => {
    render(ProjectsHome);
    await fireEvent.click(screen.getByRole("button", { name: "Actions for lamplight" }));
    await fireEvent.click(await screen.findByRole("menuitem", { name: "Remove from list" }));
    await waitFor(() => expect(row("lamplight")).toBeNull());
    const message = undoableToast();
    expect(message?.text).toBe("Removed lamplight from the list");
    if (message) await undoToast(message);
    await waitFor(() => expect(row("lamplight")).not.toBeNull());
    expect(toasts.list).toEqual([]);
  });

  it("invites to open the first folder when there is none", async () => {
    shell.cards = [];
    await loadProjects();
    render(ProjectsHome);
    expect(screen.getByText("No projects yet")).toBeTruthy();
    expect(screen.queryByLabelText("Filter projects")).toBeNull();
  });

  it("says in place why a folder can't be added, and what to do", async () => {
    shell.addProject = () =>
      Promise.reject(failure("BARE_REPOSITORY", "This is a bare repository.", "Clone it first."));
    render(ProjectsHome);
    await addFolder("/srv/bare.git");
    const alert = await screen.findByRole("alert");
    expect(alert.getAttribute("data-code")).toBe("BARE_REPOSITORY");
    expect(alert.textContent).toMatch(/bare repository.*Clone it first/s);
    expect(route.screen).toBe("projects");
  });

  it("offers to clone a bare repository, from the list and from elsewhere", async () => {
    shell.addProject = () =>
      Promise.reject(failure("BARE_REPOSITORY", "This is a bare repository.", "Clone it first."));
    render(ProjectsHome);
    await addFolder("/srv/bare.git");
    await fireEvent.click(await screen.findByRole("button", { name: "Clone it…" }));
    expect([route.overlay, cloning.suggested]).toEqual(["clone", "/srv/bare.git"]);
    closeOverlay();
    route.screen = "settings";
    await addFolder("/srv/other.git");
    void toasts.list[0]?.action?.run();
    expect([route.overlay, cloning.suggested]).toEqual(["clone", "/srv/other.git"]);
    cloning.suggested = "";
  });

  it("opens a project from any part of its row but the menu", async () => {
    render(ProjectsHome);
    await fireEvent.click(screen.getByRole("button", { name: "Actions for ferry" }));
    expect(route.projectId).toBeNull();
    await fireEvent.click(row("ferry")?.querySelector(".languages") as HTMLElement);
    expect(route.projectId).toBe("project-ferry");
  });

  it("shows no time of sync where nothing was recorded", async () => {
    const last_sync = {
      id: "s",
      status: "FAILED",
      error: failure("CANCELLED", "Cancelled."),
      started_at: "2026-11-01T00:00:00Z",
      finished_at: "2026-11-01T00:00:01Z",
      version: null,
    };
    shell.cards = [project("fresh", { last_sync, languages: [{ name: "Text", percent: 100 }] })];
    await loadProjects();
    render(ProjectsHome);
    expect(row("fresh")?.querySelector("time")).toBeNull();
    expect(row("fresh")?.textContent).toMatch(/Never.*Not synced yet/s);
    expect(row("fresh")?.textContent).not.toContain("Text");
  });

  it("opens what was added", async () => {
    await addFolder("/home/mira/new");
    expect(route).toMatchObject({ screen: "workspace", projectId: "project-new" });
  });
});

describe("a row's state", () => {
  const synced = project("x", { latest: manifest(3, "2026-11-01T00:00:00Z", "ab".repeat(32)) });

  it("is unknown until the folder was looked at", () => expect(rowState(synced).label).toBe("At v3"));

  it("tells a failed sync with its reason, but not a cancelled one", () => {
    const error = failure("FOLDER_UNREADABLE", "Permission denied for data.", "Check its permissions.");
    const failed = syncProgress("x", { status: "FAILED", error });
    expect(rowState(synced, undefined, failed)).toMatchObject({
      kind: "failed",
      detail: "Permission denied for data. Check its permissions.",
    });
    const cancelled = { ...failed, error: failure("CANCELLED", "Cancelled.") };
    expect(rowState(synced, presentFacts("x", null, 0), cancelled).kind).toBe("in-sync");
  });
});

describe("the end of a sync", () => {
  const outcome = {
    version: 43,
    is_new: true,
    manifest_hash: "",
    files: 40,
    bytes: "1",
    added: 2,
    changed: 1,
    removed: 0,
    unchanged: 37,
    duration_ms: 420,
    warnings: [],
  };

  it("says what was found", () => {
    expect(outcomeText(outcome)).toBe("Synced as v43 in 0.4 s: 2 added, 1 changed");
    expect(outcomeText({ ...outcome, is_new: false })).toBe("Nothing changed since v43");
  });

  it("doesn't count time too short to matter", () =>
    expect(outcomeText({ ...outcome, duration_ms: 40 })).toBe("Synced as v43: 2 added, 1 changed"));

  it.each([
    [undefined, "Sync cancelled. Nothing was recorded."],
    [3, "Sync cancelled. v3 is still the latest."],
  ])("says after a cancellation what the latest version is: %s", async (latest, said) => {
    await startSync("project-ferry");
    const error = failure("CANCELLED", "Cancelled.");
    noteProgress(syncProgress("project-ferry", { status: "FAILED", error }), latest);
    expect(toasts.list.at(-1)?.text).toBe(said);
  });
});

describe("where you stopped reading", () => {
  it("takes the file in front of each project, the newest first", () => {
    expect(stops(shell.cards).map(({ name, line }) => [name, line])).toEqual([
      ["sync.rs", 47],
      ["api.ts", 11],
    ]);
  });

  it("passes over what it can't read", () => {
    const states = ["", "{", "[]", '{"active":"a"}', '{"active":"\\u0000ff","tabs":[{"path":"\\u0000ff"}]}'];
    expect(stops(states.map((view_state, index) => project(String(index), { view_state })))).toEqual([]);
  });
});

describe("cloning", () => {
  it.each([
    ["https://code.example/mira/ferry.git", "ferry"],
    ["git@code.example:mira/ferry.git", "ferry"],
    ["/srv/git/ferry.git/", "ferry"],
    ["C:\\git\\ferry", "ferry"],
    ["", ""],
  ])("names the clone of %s %s", (address, name) => expect(nameFromAddress(address)).toBe(name));

  it("knows which addresses lead off this computer", () => {
    expect(["https://a.example/b", "ssh://a.example/b", "git@a.example:b"].every(isRemoteAddress)).toBe(true);
    expect(["/srv/b", "~/b", "./b", "file:///srv/b", "C:\\b", "C:/b"].some(isRemoteAddress)).toBe(false);
  });

  it("tells how far it has come", () => {
    expect(cloneText({ phase: "Receiving", done: 214, total: 980, bytes: "3200000" })).toBe(
      "Receiving, 214 of 980, 3.2 MB",
    );
    expect(cloneText({ phase: "Connecting", done: 0, total: 0, bytes: "0" })).toBe("Connecting");
  });
});

it("forgets a user's projects", () => {
  resetProjects();
  expect(projects.list).toEqual([]);
  expect(facts.size).toBe(0);
});
