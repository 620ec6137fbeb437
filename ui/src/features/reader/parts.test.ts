import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell } from "../../../dev/fake";
import { historySlot } from "$features/history/asked.svelte";
import { route } from "$features/frame/route.svelte";
import { provideBackend, type LineChange } from "$lib/ipc";
import AtVersionBar from "./AtVersionBar.svelte";
import type { BlamedLine } from "./blameLines";
import BlameCard from "./BlameCard.svelte";
import ChangePeek from "./ChangePeek.svelte";
import Crumbs from "./Crumbs.svelte";
import { Reading } from "./reading.svelte";

const card = {
  id: "p",
  name: "ferry",
  description: "",
  root_path: "~/ferry",
  repo_url: null,
  languages: [],
  latest: null,
  last_sync: null,
  created_at: "",
  view_state: null,
};
let reading: Reading;

beforeEach(async () => {
  provideBackend(fakeShell());
  reading = new Reading(card);
  await reading.open("src/plan.rs", { pin: true });
  await waitFor(() => expect(reading.left.structure).not.toBeNull());
});
afterEach(() => {
  cleanup();
  reading.stop();
  route.projectId = null;
  historySlot.request = null;
});

describe("the path of a file", () => {
  it("lists what lies beside each part, and narrows it as one types", async () => {
    const onreveal = vi.fn();
    render(Crumbs, { pane: reading.left, file: "src/plan.rs", onreveal });
    await fireEvent.click(screen.getByRole("button", { name: /^plan.rs/ }));
    const field = await screen.findByRole("combobox", { name: "Files beside plan.rs" });
    await waitFor(() =>
      expect(screen.getByRole("listbox").getAttribute("aria-label")).toBe("Files beside plan.rs"),
    );
    await fireEvent.input(field, { target: { value: "hash" } });
    await fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(reading.shown?.path).toBe("src/hash.rs"));
    expect(onreveal).not.toHaveBeenCalled();
  });

  it("goes on with the scopes that the caret lies in", async () => {
    reading.left.cursor = { line: 22, column: 0, selected: 0 };
    render(Crumbs, { pane: reading.left, file: "src/plan.rs", onreveal: vi.fn() });
    const parts = screen.getAllByRole("button").map((button) => button.textContent?.trim());
    expect(parts).toEqual(["src", "plan.rs", "SyncPlan", "is_empty"]);
  });
});

describe("an earlier state that is read", () => {
  it("can be compared with the folder when it is a commit's", async () => {
    route.projectId = "p";
    const id = "3".repeat(40);
    await reading.open("src/plan.rs", { state: id });
    await waitFor(() => expect(reading.shown?.opened?.from_commit).toBe(id));
    render(AtVersionBar, { reading, pane: reading.left, at: id });
    await fireEvent.click(screen.getByRole("button", { name: "Compare with now" }));
    expect(historySlot.request?.asked).toEqual({ kind: "folder", id, path: "src/plan.rs" });
    expect(screen.queryByRole("button", { name: "Restore this file…" })).toBeNull();
  });
});

describe("what lines were before", () => {
  const change = (first: number, old: string[]): LineChange => ({
    kind: old.length > 0 ? "changed" : "added",
    first,
    lines: 1,
    old_first: first,
    old_lines: old.length,
    old_text: old,
  });

  it("is shown with what it is compared with, and leads to the next change", async () => {
    const changes = [change(3, ["let a = 1;"]), change(9, [])];
    const [ongo, onclose] = [vi.fn(), vi.fn()];
    render(ChangePeek, {
      changes: { base: "HEAD 0f3c2a1", changes, is_new: false },
      change: changes[0]!,
      at: { top: 0, left: 0 },
      ongo,
      onclose,
    });
    const sheet = screen.getByRole("dialog", { name: "Change 1 of 2" });
    expect(sheet.textContent).toContain("1 line changed");
    expect(sheet.textContent).toContain("since HEAD 0f3c2a1");
    expect(sheet.textContent).toContain("let a = 1;");
    await fireEvent.click(screen.getByRole("button", { name: "Next change" }));
    expect(ongo).toHaveBeenCalledWith(changes[1]);
    await fireEvent.keyDown(sheet, { key: "Escape" });
    expect(onclose).toHaveBeenCalledWith(true);
  });
});

describe("who wrote a line", () => {
  const commit = "1".repeat(40);
  const blamed: BlamedLine = {
    hunk: { first: 40, lines: 5, commit: 0, original_first: 30, original_path: "src/old.rs" },
    commit: {
      id: "2".repeat(40),
      summary: "Plans say what was removed",
      author: "Ada Quay",
      email: "",
      authored_at: "2026-01-01T00:00:00Z",
      previous: { commit, path: "src/plan.rs" },
    },
    isFirst: false,
    age: 0,
  };
  const shown = () =>
    render(BlameCard, {
      pane: reading.left,
      blamed,
      line: 42,
      at: { top: 0, left: 0 },
      kept: true,
      onstay: vi.fn(),
      onclose: vi.fn(),
    });

  it("leads to the commit", async () => {
    route.projectId = "p";
    shown();
    await fireEvent.click(screen.getByRole("button", { name: "Show the commit" }));
    expect(historySlot.request?.asked).toEqual({ kind: "commit", id: "2".repeat(40) });
  });

  it("leads to the file as it was before that commit, with blame", async () => {
    shown();
    await fireEvent.click(screen.getByRole("button", { name: "Blame the parent" }));
    await waitFor(() => expect(reading.shown?.opened?.from_commit).toBe(commit));
    expect(reading.left.blame.on).toBe(true);
    expect(reading.left.tab?.place?.line).toBe(32);
  });
});
