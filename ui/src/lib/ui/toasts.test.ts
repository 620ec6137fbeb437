import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import Toasts from "./Toasts.svelte";
import { dismissAllToasts, holdToasts, releaseToasts, toast, toasts } from "./toasts.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  dismissAllToasts();
  cleanup();
  vi.useRealTimers();
});

it("a toast leaves after ten seconds", () => {
  toast({ text: "Renamed" });
  vi.advanceTimersByTime(9_900);
  expect(toasts.list).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(toasts.list).toHaveLength(0);
});

it("a toast stays while hovered and goes on from where it was", () => {
  toast({ text: "Renamed" });
  vi.advanceTimersByTime(6_000);
  holdToasts();
  vi.advanceTimersByTime(60_000);
  expect(toasts.list).toHaveLength(1);
  releaseToasts();
  vi.advanceTimersByTime(4_100);
  expect(toasts.list).toHaveLength(0);
});

it("undo takes the action back once and removes the toast", async () => {
  const undo = vi.fn();
  toast({ text: "Removed ferry", undo });
  render(Toasts);
  await fireEvent.click(screen.getByRole("button", { name: /Undo/ }));
  expect(undo).toHaveBeenCalledOnce();
  expect(toasts.list).toHaveLength(0);
});

it("an undo that fails says why", async () => {
  toast({
    text: "Removed ferry",
    undo: () => Promise.reject({ code: "X", message: "The folder is gone.", hint: "Locate it." }),
  });
  render(Toasts);
  await fireEvent.click(screen.getByRole("button", { name: /Undo/ }));
  await tick();
  expect(screen.getByRole("status").textContent).toContain("The folder is gone.");
});

it("no more than three are shown", () => {
  for (const text of ["one", "two", "three", "four"]) toast({ text });
  expect(toasts.list.map(({ text }) => text)).toEqual(["two", "three", "four"]);
});
