import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { devCommand, preview, samplePreviews, type FakePreviews } from "../../../dev/previews";
import App from "../../App.svelte";
import { session } from "$features/accounts/session.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { resetRoute, route, showPreviews } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { resetSyncs } from "$features/sync/sync.svelte";
import { resetTimelines, timelineOf } from "$features/versions/timeline.svelte";
import { provideBackend } from "$lib/ipc";
import { availableCommands, runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { allPreviews, previewsOf } from "./sessions.svelte";

const mira = profile("mira@harbour.example");
const id = "project-ferry";
let shell: FakeShell;
let opened: ReturnType<typeof vi.fn>;

// Nothing has a size in this document: lists get the room of a window.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 4_000 });

async function open(extra: Partial<FakePreviews> = {}, onScreen = true) {
  shell = fakeShell({ previewsKnow: samplePreviews({ pace: 30, trusted: [], ...extra }) });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  opened = vi.fn(() => Promise.resolve(null));
  shell.openPreview = opened as unknown as FakeShell["openPreview"];
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject(id);
  if (onScreen) {
    showPreviews();
    await waitFor(() => expect(document.querySelector('[data-pane="preview"] .vhead')).not.toBeNull());
  }
  await waitFor(() => expect(previewsOf(id).loaded).toBe(true));
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  session.state = null;
  resetRoute();
  resetProjects();
  resetSyncs();
  resetTimelines();
  dismissAllToasts();
});

const row = (name: RegExp) => screen.getByRole("option", { name });
const detail = () => document.querySelector('[data-pane="preview"]') as HTMLElement;
const button = (name: string | RegExp) => within(detail()).getByRole("button", { name });
const press = (key: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.body, { key, ...more });
const previewKey = () => press("P", { ctrlKey: true, shiftKey: true });
const lastToast = () => toasts.list.at(-1);

describe("the list of previews", () => {
  it("shows what runs, where, and for how long, in the rows, the detail and the status bar", async () => {
    await open();
    expect(row(/^Dev server/).textContent).toMatch(/Ready\s*Port 41700\s*1 h 12 min left/);
    expect(row(/^Snapshot of v41/).textContent).toMatch(/Ready\s*Static, port 41741\s*23 min left/);
    expect(row(/^Snapshot of v36/).textContent).toMatch(/Expired\s*Ended/);
    expect(detail().textContent).toContain("The server’s own port 5173 is open to every program");
    expect(screen.getByTestId("preview-status").textContent.trim()).toBe("2 previews");
    await fireEvent.click(row(/^Snapshot of v36/));
    expect(detail().textContent).toContain("Its time ran out at");
    expect(within(detail()).queryByRole("button", { name: "Copy link" })).toBeNull();
  });

  it("goes by keys: arrows choose, Enter opens, Delete removes, and Undo brings back", async () => {
    await open();
    row(/^Dev server/).focus();
    await fireEvent.keyDown(row(/^Dev server/), { key: "Enter" });
    expect(opened).toHaveBeenCalledWith("dev", null);
    await fireEvent.keyDown(row(/^Dev server/), { key: "End" });
    expect(row(/^Snapshot of v36/).getAttribute("aria-selected")).toBe("true");
    await waitFor(() => expect(document.activeElement).toBe(row(/^Snapshot of v36/)));
    await fireEvent.keyDown(row(/^Snapshot of v36/), { key: "Delete" });
    await waitFor(() => expect(screen.queryByRole("option", { name: /^Snapshot of v36/ })).toBeNull());
    expect(lastToast()?.text).toBe("Removed the snapshot of v36");
    await press("z", { ctrlKey: true });
    await waitFor(() => expect(row(/^Snapshot of v36/).getAttribute("aria-selected")).toBe("true"));
  });

  it("follows what the shell says, and an older word never takes back a newer one", async () => {
    await open();
    const dev = previewsOf(id).find("dev")!;
    const over = { ...dev, status: "EXPIRED", ended_reason: "STOPPED", ended_at: dev.created_at } as const;
    shell.say.preview(over);
    await waitFor(() => expect(row(/^Dev server/).textContent).toContain("Expired"));
    shell.say.preview(dev);
    expect(previewsOf(id).find("dev")?.status).toBe("EXPIRED");
    shell.say.preview(preview("new", { title: "Working copy", port: 41_702 }));
    await waitFor(() => expect(row(/^Working copy/)).toBeTruthy());
  });

  it("holds a thousand ended sessions and draws those in sight", async () => {
    const many = Array.from({ length: 1_000 }, (_, at) =>
      preview(`old-${at}`, { title: `Snapshot of v${at}`, status: "EXPIRED", ended_reason: "STOPPED" }),
    );
    await open({ sessions: many });
    await waitFor(() => expect(row(/^Snapshot of v0 /)).toBeTruthy());
    expect(screen.getAllByRole("option").length).toBeLessThan(120);
  });

  it("stops at once, and says so everywhere", async () => {
    await open();
    await fireEvent.click(button("Stop"));
    await waitFor(() => expect(detail().textContent).toContain("You stopped it at"));
    expect(lastToast()?.text).toBe("Stopped the dev server");
    expect(screen.getByTestId("preview-status").textContent.trim()).toBe("Preview on 41741");
  });

  it("copies a link that works for ten minutes, and extends", async () => {
    await open();
    const written = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: written } });
    const asked = vi.spyOn(shell, "previewLink");
    await fireEvent.click(button("Copy link"));
    await waitFor(() => expect(written).toHaveBeenCalledWith(expect.stringContaining("ticket=")));
    expect(asked).toHaveBeenCalledWith("dev", "copy");
    expect(lastToast()?.hint).toContain("ten minutes");
    await fireEvent.click(button("Extend"));
    await waitFor(() => expect(row(/^Dev server/).textContent).toMatch(/(8 h|7 h 59 min) left/));
  });

  it("keeps a failure where it happened", async () => {
    await open();
    shell.stopPreview = () =>
      Promise.reject({ code: "STORE", message: "The database is locked.", hint: "Try again." });
    await fireEvent.click(button("Stop"));
    const alert = await screen.findByText("The database is locked.");
    expect(alert.closest('[role="alert"]')?.textContent).toContain("Try again.");
    expect(toasts.list).toEqual([]);
  });
});

describe("one key", () => {
  it("asks before a command runs the first time, and nothing runs until it is allowed", async () => {
    await open({ sessions: [] }, false);
    const started = vi.spyOn(shell, "startPreview");
    await previewKey();
    const dialog = await screen.findByRole("alertdialog", { name: "Run this project’s dev command?" });
    await waitFor(() => expect(document.activeElement?.textContent.trim()).toBe("Do not run"));
    const words = dialog.textContent.replace(/\s+/g, " ");
    expect(words).toContain("~/code/ferry/web $ pnpm dev --port 5173");
    expect(words).toContain("web/package.json:7");
    expect(words).toContain("vite --host 127.0.0.1");
    expect(words).toContain(
      "It is handed a free port (else it takes 5173), which is open to every program of this computer.",
    );
    expect(words).not.toContain("You allowed this command before");
    expect(words).toContain("When you stop it, close Lectern, or after 8 hours");
    expect(started).not.toHaveBeenCalled();
    await fireEvent.keyDown(dialog, { key: "Escape" });
    expect(asked.trust).toBeNull();
    expect(started).not.toHaveBeenCalled();
    expect(shell.previewsKnow.sessions).toEqual([]);
  });

  it("runs what was allowed once, with its log, and opens it when it answers", async () => {
    await open({ sessions: [], pace: 600_000 }, false);
    const started = vi.spyOn(shell, "startPreview");
    await previewKey();
    await fireEvent.click(await screen.findByRole("button", { name: "Run command" }));
    const request = { kind: "dev_server", argv: ["pnpm", "dev", "--port", "5173"], folder: "web" };
    expect(started).toHaveBeenCalledWith(id, request, "once");
    await waitFor(() => expect(row(/^Dev server/).textContent).toContain("Pending"));
    await waitFor(() => expect(detail().textContent).toContain("$ pnpm dev --port 5173"));
    expect(opened).not.toHaveBeenCalled();
    const made = shell.previewsKnow.sessions[0]!;
    shell.say.preview({ ...made, status: "READY", own_port: 5173, url: "http://127.0.0.1:41700" });
    await waitFor(() => expect(opened).toHaveBeenCalledWith("made-1", null));
    await waitFor(() => expect(row(/^Dev server/).textContent).toContain("Ready"));
    expect(toasts.list).toEqual([]);
    // Allowed once is asked again.
    await fireEvent.click(button("Restart"));
    expect(await screen.findByRole("alertdialog")).toBeTruthy();
  });

  it("does not ask again for what was allowed for good", async () => {
    await open({ sessions: [] }, false);
    await previewKey();
    await fireEvent.click(await screen.findByRole("checkbox", { name: /Do not ask again/ }));
    await fireEvent.click(screen.getByRole("button", { name: "Run command" }));
    await waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
    runCommand("preview.stop");
    await waitFor(() => expect(previewsOf(id).running).toEqual([]));
    const started = vi.spyOn(shell, "startPreview");
    await previewKey();
    await waitFor(() => expect(started).toHaveBeenCalledTimes(1));
    expect(started.mock.calls[0]?.[2]).toBeNull();
    expect(asked.trust).toBeNull();
  });

  it("opens what runs already and asks nothing", async () => {
    const choices = samplePreviews().choices;
    choices.last = { kind: "dev_server", argv: ["pnpm", "dev", "--port", "5173"], folder: "web" };
    await open({ choices }, false);
    const started = vi.spyOn(shell, "startPreview");
    await previewKey();
    await waitFor(() => expect(opened).toHaveBeenCalledWith("dev", null));
    expect(started).not.toHaveBeenCalled();
    expect(asked.trust).toBeNull();
  });

  it("asks again, and says why, when what was allowed for good has changed", async () => {
    const choices = samplePreviews().choices;
    choices.commands = [devCommand({ trusted: true })];
    await open({ sessions: [], choices, trusted: samplePreviews().trusted }, false);
    shell.startPreview = (_project, _request, trust) => {
      expect(trust).toBeNull();
      return Promise.reject({ code: "NOT_TRUSTED", message: "This command may not run yet.", hint: null });
    };
    await previewKey();
    const dialog = await screen.findByRole("alertdialog");
    await waitFor(() => expect(dialog.textContent).toContain("You allowed this command before."));
    expect(toasts.list).toEqual([]);
  });

  it("serves the files instead, if that is chosen", async () => {
    await open({ sessions: [] }, false);
    const started = vi.spyOn(shell, "startPreview");
    await previewKey();
    await fireEvent.click(await screen.findByRole("button", { name: "Static snapshot instead" }));
    await waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
    const request = { kind: "static", version: 42, folder: "docs", falls_back: false };
    expect(started).toHaveBeenCalledWith(id, request, null);
  });

  it("shows pages at once where there is no server, and stays where one was", async () => {
    const choices = samplePreviews().choices;
    choices.commands = [];
    await open({ sessions: [], choices }, false);
    await previewKey();
    await waitFor(() => expect(opened).toHaveBeenCalledWith("made-1", null));
    expect(route.screen).toBe("workspace");
    expect(screen.getByTestId("preview-status").textContent.trim()).toBe("Preview on 41700");
  });

  it("shows again what was shown last", async () => {
    const choices = samplePreviews().choices;
    choices.last = { kind: "static", version: 38, folder: "docs", falls_back: false };
    await open({ sessions: [], choices }, false);
    await previewKey();
    await waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
    expect(shell.previewsKnow.sessions[0]?.version).toBe(38);
  });

  it("guesses nothing: where only a guess is left it shows the choices", async () => {
    const choices = samplePreviews().choices;
    choices.commands = [devCommand({ certainty: "possible" })];
    choices.folders = choices.folders.slice(2);
    await open({ sessions: [], choices }, false);
    const started = vi.spyOn(shell, "startPreview");
    await previewKey();
    expect(await screen.findByRole("heading", { name: "Nothing is being previewed" })).toBeTruthy();
    expect(started).not.toHaveBeenCalled();
  });

  it("says out of sight what failed, with the way to its list", async () => {
    await open({ sessions: [] }, false);
    shell.previewChoices = () =>
      Promise.reject({ code: "FOLDER_MISSING", message: "The folder is gone.", hint: "Connect the drive." });
    await previewKey();
    await waitFor(() => expect(lastToast()?.text).toBe("The folder is gone."));
    expect(lastToast()?.action?.label).toBe("Show previews");
  });
});

describe("what could be shown", () => {
  it("is offered with its reason, how sure it is, what it lacks, and where it is defined", async () => {
    await open({ sessions: [] });
    const text = (await screen.findByRole("region", { name: "What could be shown" })).textContent;
    expect(text).toContain("package.json has the script dev and depends on vite");
    expect(text).toContain("Sure");
    expect(text).toContain("mdbook is not on this computer");
    expect(text).toContain("First: Run npm install in web/");
    expect(text).toContain("14 files");
    expect((button("Run mdbook serve docs") as HTMLButtonElement).disabled).toBe(true);
    await fireEvent.click(screen.getByTitle("Open web/package.json:7"));
    expect(route.screen).toBe("workspace");
    await waitFor(() => expect(readerSlot.request).toBeNull());
  });

  it("serves a folder at once", async () => {
    await open();
    await fireEvent.click(screen.getByRole("button", { name: "New" }));
    await fireEvent.click(await screen.findByRole("button", { name: "Serve web/dist/" }));
    await waitFor(() => expect(opened).toHaveBeenCalledWith("made-1", null));
    expect(row(/^Working copy/).getAttribute("aria-selected")).toBe("true");
  });

  it("serves any version, found by its words", async () => {
    await open();
    await fireEvent.click(screen.getByRole("button", { name: "New" }));
    await fireEvent.click(await screen.findByRole("radio", { name: "A version" }));
    const field = await screen.findByRole("combobox", { name: "Find a version" });
    await waitFor(() => expect(screen.getByRole("option", { name: /^v42/ })).toBeTruthy());
    await fireEvent.input(field, { target: { value: "trailer" } });
    await fireEvent.click(await screen.findByRole("option", { name: /^v38/ }));
    const started = vi.spyOn(shell, "startPreview");
    await screen.findByRole("heading", { name: "Files of v38" });
    await fireEvent.click(await screen.findByRole("button", { name: "Serve docs/" }));
    await waitFor(() => expect(started.mock.calls[0]?.[1]).toMatchObject({ version: 38, folder: "docs" }));
  });

  it("takes a command of one's own, shows it as words, and asks before it runs", async () => {
    await open({ sessions: [] });
    await fireEvent.click(await screen.findByRole("button", { name: "Another command…" }));
    const field = await screen.findByLabelText("Command");
    await fireEvent.input(field, { target: { value: "serve 'my site' '&&' echo" } });
    const words = screen.getByRole("group", { name: "Run as these words" });
    expect([...words.querySelectorAll("code")].map((word) => word.textContent)).toEqual([
      "serve",
      "my site",
      "&&",
      "echo",
    ]);
    await fireEvent.input(field, { target: { value: "serve && echo" } });
    expect(detail().textContent).toContain("No shell runs this, and && needs one.");
    await fireEvent.input(field, { target: { value: 'serve "my site' } });
    await fireEvent.submit(field.closest("form") as HTMLFormElement);
    expect(detail().textContent).toContain("A double quote is not closed.");
    await fireEvent.input(field, { target: { value: 'serve "my site"' } });
    await fireEvent.input(screen.getByLabelText("In the folder"), { target: { value: "/docs/" } });
    await fireEvent.submit(field.closest("form") as HTMLFormElement);
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog.textContent).toContain("~/code/ferry/docs $ serve 'my site'");
    expect(asked.trust?.argv).toEqual(["serve", "my site"]);
  });
});

describe("side by side", () => {
  it("opens beside another session that is ready", async () => {
    await open();
    await fireEvent.click(button("Side by side"));
    await fireEvent.click(screen.getByRole("menuitem", { name: /^Snapshot of v41/ }));
    expect(opened).toHaveBeenCalledWith("dev", "v41");
  });

  it("starts the working copy that a version is to be seen beside", async () => {
    await open();
    await fireEvent.click(row(/^Snapshot of v41/));
    await fireEvent.click(button("Side by side"));
    await fireEvent.click(screen.getByRole("menuitem", { name: /^The working copy/ }));
    await waitFor(() => expect(opened).toHaveBeenCalledWith("made-1", "v41"));
    const { folder, version } = shell.previewsKnow.sessions[0]!;
    expect([folder, version]).toEqual(["web/dist", null]);
  });
});

describe("out of sight", () => {
  it("says that something is ready, and opens it from there", async () => {
    await open({}, false);
    const pending = preview("far", { status: "PENDING", kind: "DEV_SERVER", title: "Dev server" });
    shell.say.preview(pending);
    shell.say.preview({ ...pending, status: "READY", port: 41_703 });
    expect(lastToast()?.text).toBe("Dev server is ready");
    await lastToast()?.action?.run();
    expect(opened).toHaveBeenCalledWith("far", null);
  });

  it("says what failed and leads to its log", async () => {
    await open({}, false);
    const dev = previewsOf(id).find("dev")!;
    const error = "pnpm ended with code 1.";
    shell.say.preview({
      ...dev,
      status: "EXPIRED",
      ended_reason: "CRASHED",
      ended_at: dev.created_at,
      error,
    });
    expect(lastToast()).toMatchObject({ text: "Dev server failed", hint: error, tone: "bad" });
    await lastToast()?.action?.run();
    await waitFor(() => expect(detail()?.querySelector('[role="alert"]')?.textContent).toContain(error));
    expect(screen.getByRole("log", { name: /Dev server/ }).textContent).toContain("vite ready in 412 ms");
  });

  it("warns once that one ends soon, and extends it", async () => {
    const soon = new Date(Date.now() + 8.5 * 60_000).toISOString();
    await open(
      { sessions: [preview("p", { title: "Working copy", port: 41_700, expires_at: soon })] },
      false,
    );
    const told = () => toasts.list.filter(({ text }) => text === "Working copy ends in 8 min");
    expect(told()).toEqual([]);
    const ending = { ...previewsOf(id).find("p")!, ends_soon: true };
    shell.say.preview(ending);
    shell.say.preview(ending);
    expect(told()).toHaveLength(1);
    await told()[0]?.action?.run();
    const left = Date.parse(previewsOf(id).find("p")?.expires_at ?? "") - Date.now();
    expect(left).toBeGreaterThan(7 * 3_600_000);
    // What ended can't be extended any more, and nothing offers it.
    shell.say.preview(ending);
    expect(told()).toHaveLength(1);
    shell.say.preview({ ...ending, status: "EXPIRED", ends_soon: false, ended_reason: "TIMED_OUT" });
    expect(told()).toEqual([]);
  });

  it("forgets everything when the window is locked, and reads it again after that", async () => {
    await open({ sessions: samplePreviews().sessions.slice(1) });
    await previewKey();
    await screen.findByRole("alertdialog");
    await press("l", { ctrlKey: true });
    await waitFor(() => expect(document.getElementById("lock-screen")).not.toBeNull());
    expect(document.body.textContent).not.toMatch(/Snapshot|41741/);
    expect(allPreviews()).toEqual([]);
    expect(asked.trust).toBeNull();
    shell.say.preview(preview("v41", { status: "EXPIRED", ended_reason: "CRASHED", ended_at: "" }));
    expect(toasts.list).toEqual([]);
    shell.previewsKnow.sessions = [];
    shell.say.session(sessionState({ profiles: [mira], user: mira }));
    await waitFor(() => expect(previewsOf(id).loaded).toBe(true));
    expect(previewsOf(id).list).toEqual([]);
  });
});

describe("a failed dev server", () => {
  const failed = preview("failed", {
    kind: "DEV_SERVER",
    title: "Dev server",
    status: "EXPIRED",
    folder: "web",
    command: "pnpm dev --port 5173",
    ended_reason: "CRASHED",
    error: "pnpm ended with code 1.",
  });

  it("says why, and lets the command be changed", async () => {
    await open({ sessions: [failed] });
    expect(detail().querySelector('[role="alert"]')?.textContent).toContain("pnpm ended with code 1.");
    await fireEvent.click(button("Change the command…"));
    const field = (await screen.findByLabelText("Command")) as HTMLInputElement;
    expect(field.value).toBe("pnpm dev --port 5173");
    expect((screen.getByLabelText("In the folder") as HTMLInputElement).value).toBe("web");
  });
});

describe("the log of a dev server", () => {
  it("shows only trouble if asked to, finds words, and is copied", async () => {
    await open();
    const log = await screen.findByRole("log");
    await waitFor(() => expect(log.querySelectorAll(".line")).toHaveLength(6));
    await fireEvent.click(button("Errors only"));
    await waitFor(() => expect(screen.getByRole("log").querySelectorAll(".line")).toHaveLength(1));
    const written = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: written } });
    await fireEvent.click(button("Copy the log"));
    expect(written).toHaveBeenCalledWith(expect.stringMatching(/^\d\d:\d\d:\d\d {2}warn unused import/));
    await fireEvent.click(button("Errors only"));
    await fireEvent.input(screen.getByRole("searchbox", { name: "Find in the log" }), {
      target: { value: "HMR" },
    });
    await waitFor(() => expect(screen.getByRole("log").textContent).toContain("hmr update"));
    expect(screen.getByRole("log").querySelectorAll(".line")).toHaveLength(1);
  });

  it("goes on with what is printed", async () => {
    await open();
    await waitFor(() => expect(previewsOf(id).knownLog("dev")?.loaded).toBe(true));
    const line = { at: new Date().toISOString(), source: "out", text: "page reload src/main.ts" } as const;
    shell.say.previewSaid({ id: "dev", page: { first: 6, lines: [line], total: 7 } });
    await waitFor(() => expect(screen.getByRole("log").textContent).toContain("page reload src/main.ts"));
  });
});

describe("a version", () => {
  it("is previewed from where it is in front", async () => {
    await open({ sessions: [] }, false);
    route.screen = "versions";
    timelineOf(id).focused = 40;
    const titles = () => availableCommands().map((command) => command.id);
    await waitFor(() => expect(titles()).toContain("preview.version"));
    expect(runCommand("preview.version")).toBe(true);
    await waitFor(() => expect(opened).toHaveBeenCalledTimes(1));
    expect(shell.previewsKnow.sessions[0]?.version).toBe(40);
  });
});

it.each([
  ["sessions", {}],
  ["nothing yet", { sessions: [] }],
])("has no accessibility violations with %s", async (_what, extra) => {
  await open(extra);
  await waitFor(() => expect(previewsOf(id).choices).not.toBeNull());
  const { violations } = await axe.run(document.getElementById("previews") as HTMLElement, {
    rules: { "color-contrast": { enabled: false } },
  });
  expect(violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html}`)).toEqual([]);
});
