import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fakeShell, type FakeShell } from "../../../dev/fake";
import { provideBackend } from "$lib/ipc";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import Previews from "./Previews.svelte";
import { loadSettings } from "./settings.svelte";

let shell: FakeShell;
beforeEach(async () => {
  shell = fakeShell();
  provideBackend(shell);
  await loadSettings();
});
afterEach(() => {
  cleanup();
  dismissAllToasts();
});

it("how long previews last and whether locking ends them is stored at once", async () => {
  render(Previews);
  await fireEvent.click(screen.getByRole("button", { name: "Lifetime: 8 hours" }));
  await fireEvent.click(screen.getByRole("option", { name: "3 days" }));
  expect(shell.stored.preview_hours).toBe(72);
  await fireEvent.click(screen.getByRole("switch", { name: "End previews when Lectern locks" }));
  await waitFor(() => expect(shell.stored.lock_ends_previews).toBe(true));
});

it("a lifetime that is none of the usual ones stays as it is", async () => {
  shell.stored = { ...shell.stored, preview_hours: 5 };
  await loadSettings();
  render(Previews);
  expect(screen.getByRole("button", { name: "Lifetime: 5 hours" })).toBeTruthy();
});

it("a trusted command that is removed asks again", async () => {
  render(Previews);
  await fireEvent.click(await screen.findByRole("button", { name: "Remove pnpm dev --port 5173" }));
  await waitFor(() => expect(screen.queryByText("pnpm dev --port 5173")).toBeNull());
  expect(shell.previewsKnow.trusted.map(({ id }) => id)).toEqual(["grant-2"]);
  expect(toasts.list.at(-1)?.text).toBe("pnpm dev --port 5173 asks again");
});

it("a list that can't be read says why, and is read again", async () => {
  const trusted = shell.trustedCommands;
  shell.trustedCommands = () =>
    Promise.reject({ code: "STORE", message: "The database is locked.", hint: null });
  render(Previews);
  expect(await screen.findByText("The database is locked.")).toBeTruthy();
  shell.trustedCommands = trusted;
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("python -m http.server")).toBeTruthy();
});
