import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  fakeShell,
  presentFacts,
  profile,
  sampleProjects,
  sessionState,
  syncProgress,
  watchState,
  type FakeShell,
} from "../dev/fake";
import App from "./App.svelte";
import { session } from "$features/accounts/session.svelte";
import { resetRoute, route } from "$features/frame/route.svelte";
import { resetProjects } from "$features/projects/projects.svelte";
import { resetSyncs, syncs } from "$features/sync/sync.svelte";
import { provideBackend } from "$lib/ipc";
import { dismissAllToasts, toast, toasts } from "$lib/ui/toasts.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

beforeEach(() => {
  localStorage.clear();
  shell = fakeShell();
  provideBackend(shell);
});
afterEach(() => {
  cleanup();
  session.state = null;
  session.choosingFirstFolder = false;
  resetRoute();
  resetProjects();
  resetSyncs();
  dismissAllToasts();
});

const press = (key: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.body, { key, ...more });
const at = (id: string) => waitFor(() => expect(document.getElementById(id)).not.toBeNull());

async function signedIn() {
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  render(App);
  await at("projects-home");
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
}

describe("the window", () => {
  it("begins with creating a profile, then a folder, then reads it", async () => {
    render(App);
    await at("first-run");
    shell.say.session((shell.state = sessionState({ profiles: [mira], user: mira })));
    session.choosingFirstFolder = true;
    await at("open-folder");
    vi.spyOn(shell, "pickFolder").mockResolvedValue("/home/mira/ferry");
    await press("o", { ctrlKey: true });
    await at("workspace");
    expect(route.projectId).toBe("project-ferry");
  });

  it("asks who it is where there are profiles, and opens what was asked for once it knows", async () => {
    shell.state = sessionState({ profiles: [mira] });
    render(App);
    await at("sign-in");
    shell.say.open("/home/mira/asked");
    shell.say.session(sessionState({ profiles: [mira], user: mira }));
    await at("workspace");
    expect(route.projectId).toBe("project-asked");
  });

  it("shows nothing of any project while locked, and comes back to it", async () => {
    await signedIn();
    await press("l", { ctrlKey: true });
    await at("lock-screen");
    expect(document.body.textContent).not.toContain("ferry");
    expect(toasts.list).toEqual([]);
    shell.say.session(sessionState({ profiles: [mira], user: mira }));
    await at("projects-home");
  });

  it("says nothing over the lock screen, and knows how things stand after unlocking", async () => {
    await signedIn();
    await fireEvent.click(screen.getByText("ferry"));
    await at("workspace");
    await press("S", { ctrlKey: true, shiftKey: true });
    shell.say.sync(syncProgress("project-ferry"));
    shell.say.sync(syncProgress("project-inkwell"));
    await press("l", { ctrlKey: true });
    await at("lock-screen");
    const listed = vi.spyOn(shell, "projects");
    const looked = vi.spyOn(shell, "projectFacts");
    const error = { code: "DISK_FULL", message: "The disk is full.", hint: null };
    shell.say.sync(syncProgress("project-ferry", { status: "FAILED", error }));
    toast({ text: "Removed ferry from the list" });
    expect(toasts.list).toEqual([]);
    expect(listed).not.toHaveBeenCalled();
    shell.say.session(sessionState({ profiles: [mira], user: mira }));
    await at("workspace");
    await waitFor(() => {
      for (const { id } of shell.cards) expect(looked).toHaveBeenCalledWith(id);
    });
    expect(listed).toHaveBeenCalled();
    expect(syncs.size).toBe(0);
    toast({ text: "Shown again" });
    expect(toasts.list).toHaveLength(1);
  });

  it("gives the focus to the first file of a project that is opened, or to the file that was open", async () => {
    await signedIn();
    const file = (name: string) => ({
      name,
      path: name,
      kind: "file" as const,
      size: "3",
      change: null,
      ignored: false,
    });
    shell.directory = (_id, path) =>
      Promise.resolve({ path, entries: ["a.txt", "b.txt"].map(file), from_version: null } as never);
    await fireEvent.click(screen.getByText("inkwell"));
    await waitFor(() => expect(document.activeElement?.getAttribute("role")).toBe("treeitem"));
    expect(document.activeElement?.getAttribute("data-path")).toBe("a.txt");
  });

  it("says nothing over the sign-in screen", async () => {
    await signedIn();
    shell.say.session(sessionState({ profiles: [mira] }));
    await at("sign-in");
    toast({ text: "Removed ferry from the list" });
    expect(toasts.list).toEqual([]);
  });

  it("looks at a folder that is not watched again while it is in front", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await signedIn();
      await fireEvent.click(screen.getByText("inkwell"));
      await at("workspace");
      const focused = vi.spyOn(document, "hasFocus").mockReturnValue(true);
      const watch = watchState("project-inkwell", { kind: "partial", watched: 4 });
      shell.say.watch(watch);
      await waitFor(() => expect(document.body.textContent).toContain("Watching 4 of 12 folders"));
      shell.facts["project-inkwell"] = { ...presentFacts("project-inkwell", "main", 3), watch };
      await vi.advanceTimersByTimeAsync(31_000);
      await waitFor(() => expect(document.body.textContent).toContain("3 files changed since v17"));
      const looked = vi.spyOn(shell, "projectFacts");
      shell.say.sync(syncProgress("project-inkwell"));
      await vi.advanceTimersByTimeAsync(31_000);
      focused.mockReturnValue(false);
      shell.say.sync(syncProgress("project-inkwell", { status: "SUCCESS" }));
      looked.mockClear();
      await vi.advanceTimersByTimeAsync(31_000);
      expect(looked).not.toHaveBeenCalled();
      focused.mockRestore();
    } finally {
      vi.useRealTimers();
    }
  });

  it("hears of changes in a watched folder, and does not look by itself", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await signedIn();
      await fireEvent.click(screen.getByText("inkwell"));
      await at("workspace");
      const focused = vi.spyOn(document, "hasFocus").mockReturnValue(true);
      await vi.advanceTimersByTimeAsync(2_000);
      const looked = vi.spyOn(shell, "projectFacts");
      await vi.advanceTimersByTimeAsync(61_000);
      expect(looked).not.toHaveBeenCalled();
      shell.facts["project-inkwell"] = presentFacts("project-inkwell", "main", 5);
      shell.say.folder("project-inkwell");
      await vi.advanceTimersByTimeAsync(1_000);
      await waitFor(() => expect(document.body.textContent).toContain("5 files changed since v17"));
      focused.mockRestore();
    } finally {
      vi.useRealTimers();
    }
  });

  it("forgets one user's projects before the next sees the window", async () => {
    await signedIn();
    shell.cards = [];
    const ada = profile("ada@quay.example");
    shell.say.session(sessionState({ profiles: [mira, ada], user: ada }));
    await waitFor(() => expect(screen.getByText("No projects yet")).toBeTruthy());
    expect(document.body.textContent).not.toContain("ferry");
  });

  it("opens the project again that was open last, for the same user only", async () => {
    localStorage.setItem(`lectern.open.${mira.id}`, "project-inkwell");
    localStorage.setItem("lectern.open.user-ada@quay.example", "project-ferry");
    Object.assign(shell, sampleProjects());
    shell.state = sessionState({ profiles: [mira], user: mira });
    render(App);
    await at("workspace");
    expect(route.projectId).toBe("project-inkwell");
  });

  it("opens and closes the palette and the sheet of keys by key", async () => {
    await signedIn();
    await press("k", { ctrlKey: true });
    await at("palette");
    await press("k", { ctrlKey: true });
    await waitFor(() => expect(document.getElementById("palette")).toBeNull());
    await press("?", { shiftKey: true });
    await at("shortcuts");
  });

  it("says how a sync ended that was asked for, and no other", async () => {
    await signedIn();
    await fireEvent.click(screen.getByText("ferry"));
    await at("workspace");
    const outcome = {
      version: 42,
      is_new: false,
      manifest_hash: "",
      files: 38,
      bytes: "1",
      added: 0,
      changed: 0,
      removed: 0,
      unchanged: 38,
      duration_ms: 12,
      warnings: [],
    };
    shell.say.sync(syncProgress("project-inkwell", { status: "SUCCESS", outcome }));
    expect(toasts.list).toEqual([]);
    await press("S", { ctrlKey: true, shiftKey: true });
    shell.say.sync(syncProgress("project-ferry"));
    await waitFor(() => expect(screen.getByRole("progressbar", { name: "Sync of ferry" })).toBeTruthy());
    shell.say.sync(syncProgress("project-ferry", { status: "SUCCESS", outcome }));
    expect(toasts.list.map(({ text }) => text)).toEqual(["Nothing changed since v42"]);
  });

  it("shows where a dropped folder would go, and opens it", async () => {
    await signedIn();
    shell.say.drop({ kind: "over" });
    expect(await screen.findByText("Let go to open this folder")).toBeTruthy();
    shell.say.drop({ kind: "drop", paths: ["/home/mira/dropped"] });
    await at("workspace");
    expect(route.projectId).toBe("project-dropped");
    expect(screen.queryByText("Let go to open this folder")).toBeNull();
  });

  it("says why it can't start, and tries again", async () => {
    const broken = {
      code: "STORE_LOCKED",
      message: "The data folder is in use.",
      hint: "Close the other Lectern.",
    };
    const asked = vi.spyOn(shell, "sessionState").mockRejectedValueOnce(broken);
    render(App);
    expect(await screen.findByText("The data folder is in use.")).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await at("first-run");
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
