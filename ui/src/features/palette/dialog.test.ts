import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeShell, sampleProjects } from "../../../dev/fake";
import { openOverlay, resetRoute, route } from "$features/frame/route.svelte";
import { loadProjects, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend } from "$lib/ipc";
import { registerCommands } from "$lib/keys/commands.svelte";
import Palette from "./Palette.svelte";

const sync = vi.fn();
let end: () => void;

beforeEach(async () => {
  const shell = fakeShell();
  Object.assign(shell, sampleProjects());
  provideBackend(shell);
  await loadProjects();
  end = registerCommands([
    { id: "sync", title: "Sync project", group: "Sync", keys: ["Ctrl+Shift+S"], run: sync },
    { id: "settings", title: "Settings", group: "Everywhere", run: vi.fn() },
  ]);
  openOverlay("palette");
  render(Palette);
});
afterEach(() => {
  end();
  cleanup();
  resetProjects();
  resetRoute();
  sync.mockClear();
});

const field = () => screen.getByRole("combobox");
const chosen = () => document.querySelector('[aria-selected="true"]');
const type = (value: string) => fireEvent.input(field(), { target: { value } });

it("starts in its field with the first entry chosen", () => {
  expect(document.activeElement).toBe(field());
  expect(field().getAttribute("aria-activedescendant")).toBe(chosen()?.id);
  expect(chosen()?.textContent).toContain("ferry");
});

it("moves with arrows, round the ends, and tells which entry is active", async () => {
  await fireEvent.keyDown(field(), { key: "ArrowDown" });
  await tick();
  expect(chosen()?.textContent).toContain("tidetable");
  await fireEvent.keyDown(field(), { key: "ArrowUp" });
  await fireEvent.keyDown(field(), { key: "ArrowUp" });
  await tick();
  expect(chosen()?.textContent).toContain("Sync project");
  expect(field().getAttribute("aria-activedescendant")).toBe(chosen()?.id);
});

it("runs what Enter chose, after it closed", async () => {
  await type("sync");
  await fireEvent.keyDown(field(), { key: "Enter" });
  await tick();
  expect(route.overlay).toBeNull();
  expect(sync).toHaveBeenCalledOnce();
});

it("opens a project by name", async () => {
  await type("ink");
  await fireEvent.keyDown(field(), { key: "Enter" });
  await tick();
  await tick();
  expect(route.projectId).toBe("project-inkwell");
});

it("chooses the first entry again when something else is typed", async () => {
  await fireEvent.keyDown(field(), { key: "ArrowDown" });
  await type("s");
  expect(document.querySelectorAll('[role="option"]')[0]?.getAttribute("aria-selected")).toBe("true");
});

it("says that nothing matches", async () => {
  await type("zzzz");
  expect(screen.getByRole("status").textContent).toBe("No project or command matches “zzzz”");
  expect(field().getAttribute("aria-expanded")).toBe("false");
});

it("asks for a file before a line", async () => {
  await type(":12");
  expect(screen.getByRole("status").textContent).toBe("Open a file to go to one of its lines");
});
