import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { session, setSession } from "$features/accounts/session.svelte";
import { resetRoute, route } from "$features/frame/route.svelte";
import { loadProjects, resetProjects } from "$features/projects/projects.svelte";
import { resetVerdicts } from "$features/sync/verify.svelte";
import { provideBackend } from "$lib/ipc";
import { registerCommands } from "$lib/keys/commands.svelte";
import { dismissAllToasts } from "$lib/ui/toasts.svelte";
import Appearance from "./Appearance.svelte";
import Keyboard from "./Keyboard.svelte";
import Security from "./Security.svelte";
import { changeSettings, loadSettings, settings } from "./settings.svelte";
import { nextZoom } from "./zoom";

let shell: FakeShell;
const root = document.documentElement;

beforeEach(async () => {
  shell = fakeShell();
  Object.assign(shell, sampleProjects());
  provideBackend(shell);
  await loadSettings();
});
afterEach(() => {
  cleanup();
  session.state = null;
  resetRoute();
  resetProjects();
  resetVerdicts();
  dismissAllToasts();
});

describe("appearance", () => {
  it("changes the theme at once, in the window frame too", async () => {
    const told = vi.spyOn(shell, "windowTheme");
    render(Appearance);
    await fireEvent.click(screen.getByRole("radio", { name: "Dark" }));
    expect(root.dataset.theme).toBe("dark");
    await waitFor(() => expect(told).toHaveBeenCalledWith("dark"));
    expect(shell.stored.theme).toBe("dark");
  });

  it("moves between the themes with arrows", async () => {
    render(Appearance);
    await fireEvent.keyDown(screen.getByRole("radiogroup", { name: "Theme" }), { key: "ArrowRight" });
    expect(screen.getByRole("radio", { name: "Light" }).getAttribute("aria-checked")).toBe("true");
  });

  it("goes back to what is stored when it can't be stored", async () => {
    shell.saveSettings = () => Promise.reject({ code: "STORE", message: "The disk is full.", hint: null });
    await changeSettings({ theme: "dark" });
    expect(settings.current.theme).toBe("system");
    expect(root.dataset.theme).toBe("light");
    expect(settings.failure?.message).toBe("The disk is full.");
  });

  it("chooses sizes from lists, by key", async () => {
    const zoomed = vi.spyOn(shell, "setZoom");
    render(Appearance);
    const opener = screen.getByRole("button", { name: "Zoom: 100%" });
    opener.focus();
    await fireEvent.keyDown(opener, { key: "ArrowDown" });
    const list = await screen.findByRole("listbox", { name: "Zoom" });
    await waitFor(() => expect(document.activeElement?.textContent).toContain("100%"));
    await fireEvent.keyDown(list, { key: "ArrowDown" });
    await fireEvent.click(document.activeElement as HTMLElement);
    expect(zoomed).toHaveBeenCalledWith(1.1);
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Zoom: 110%" }));
    await changeSettings({ zoom: 1, code_font_size: 15 });
    expect(root.style.getPropertyValue("--code-lh")).toBe("24px");
  });

  it("steps through the zooms and stops at the ends", () => {
    expect(nextZoom(1, 1)).toBe(1.1);
    expect(nextZoom(1.05, -1)).toBe(1);
    expect(nextZoom(2, 1)).toBe(2);
    expect(nextZoom(0.8, -1)).toBe(0.8);
  });

  it("takes a number that is none for the default", async () => {
    shell.stored = { ...shell.stored, zoom: null };
    await loadSettings();
    expect(settings.current.zoom).toBe(1);
  });
});

describe("security", () => {
  const mira = profile("mira@harbour.example");

  it("says why staying signed in is not possible", () => {
    setSession(sessionState({ profiles: [mira], user: mira }));
    render(Security);
    const choice = screen.getByRole("switch", { name: "Stay signed in on this computer" });
    expect((choice as HTMLButtonElement).disabled).toBe(true);
    const reason = document.getElementById(choice.getAttribute("aria-describedby") ?? "");
    expect(reason?.textContent).toMatch(/^No keychain answers/);
  });

  it("lists what does not match in a version, and keeps it in sight", async () => {
    setSession(sessionState({ profiles: [mira], user: mira }));
    await loadProjects();
    route.projectId = "project-ferry";
    const problem = { path: "src/sync.rs", kind: "missing_object", detail: "7c1e9af2" };
    shell.verifyVersion = () =>
      Promise.resolve({
        version: 42,
        ok: false,
        checked: 40,
        problems: [problem],
        problems_total: 1,
        healed: [],
      });
    render(Security);
    await fireEvent.click(screen.getByRole("button", { name: "Verify" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("v42 does not match its hash.");
    expect(alert.textContent).toContain("src/sync.rs Its content is missing.");
  });
});

it("the list of keys is found by command and by key", async () => {
  const end = registerCommands([
    { id: "a", title: "Sync project", group: "Sync", keys: ["Ctrl+Shift+S"] },
    { id: "b", title: "Next pane", group: "Everywhere", keys: ["F6"] },
  ]);
  render(Keyboard);
  const field = screen.getByLabelText("Filter shortcuts");
  const listed = () =>
    [...document.querySelectorAll(".keyrow > span:first-child")].map((row) => row.textContent);
  expect(listed()).toEqual(["Next pane", "Sync project"]);
  await fireEvent.input(field, { target: { value: "f6" } });
  expect(listed()).toEqual(["Next pane"]);
  await fireEvent.input(field, { target: { value: "sync" } });
  expect(listed()).toEqual(["Sync project"]);
  end();
});
