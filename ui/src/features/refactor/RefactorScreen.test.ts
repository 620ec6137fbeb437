import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { noRefactors, type FakeRefactors } from "../../../dev/refactor";
import { largeProposal, refactorJob, sampleRefactors } from "../../../dev/refactorSamples";
import { sampleUndo } from "../../../dev/refactorScreens";
import App from "../../App.svelte";
import { railEntries } from "$features/frame/rail";
import * as slot from "$features/frame/reader-slot.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { resetRoute, route } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend, type RefactorHunks } from "$lib/ipc";
import { availableCommands, runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts, toast, toasts } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { askRenameAt, bytesBefore } from "./asking";
import { refactors } from "./refactors.svelte";

// Nothing is laid out here: lists are as high as this.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 1_600 });

const FERRY = "project-ferry";
const mira = profile("mira@harbour.example");
let shell: FakeShell;
let know: FakeRefactors;

async function start(extra: Partial<FakeRefactors> = {}, overrides: Partial<FakeShell> = {}) {
  know = noRefactors({ there: true, ...sampleRefactors(), ...extra });
  shell = fakeShell({ refactorsKnow: know, ...overrides });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject(FERRY);
}

async function open(
  id: string | null,
  extra: Partial<FakeRefactors> = {},
  overrides: Partial<FakeShell> = {},
) {
  await start(extra, overrides);
  await waitFor(() => expect(refactors.available).toBe(true));
  if (id) refactors.open({ id, project_id: FERRY });
  railEntries()
    .find(({ label }) => label === "Refactor")
    ?.show();
  await waitFor(() => expect(document.querySelector("#refactor .refactor")).not.toBeNull(), {
    timeout: 20_000,
  });
  if (id) await waitFor(() => expect(document.querySelector("#refactor .review")).not.toBeNull());
}

const inScreen = () => within(document.querySelector<HTMLElement>("#refactor") as HTMLElement);
const row = (key: string) => document.querySelector<HTMLElement>(`#refactor [data-row="${key}"]`);
const checked = (key: string) => row(key)?.getAttribute("aria-checked");
const hunk = (key: string) =>
  document.querySelector<HTMLElement>(`#refactor [data-key="${key}"] [data-stop]`);
const press = (key: string, more: object = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
const button = (name: RegExp) => inScreen().getByRole<HTMLButtonElement>("button", { name });

beforeEach(() => {
  resetRoute();
  resetProjects();
  refactors.reset();
  asked.close();
  dismissAllToasts();
  localStorage.clear();
  readerSlot.request = null;
  readerSlot.wordAtCaret = null;
});
afterEach(cleanup);

describe("refactor jobs", { timeout: 40_000 }, () => {
  it("are not offered where the shell does not do them", async () => {
    await start({ there: false });
    await waitFor(() => expect(refactors.loaded).toBe(true));
    expect(railEntries().map(({ label }) => label)).not.toContain("Refactor");
    expect(availableCommands().filter(({ group }) => group === "Refactor")).toEqual([]);
  });

  it("stand sixth on the rail, and list what waits for review", async () => {
    await open(null);
    expect(railEntries().map(({ label }) => label)[5]).toBe("Refactor");
    await waitFor(() => expect(inScreen().getAllByRole("option")).toHaveLength(10));
    const listed = inScreen().getAllByRole("option");
    expect(listed.map((one) => one.dataset.status)).toEqual([
      "RUNNING",
      "PROPOSED",
      "PROPOSED",
      "PROPOSED",
      "PROPOSED",
      "APPLIED",
      "UNDONE",
      "FAILED",
      "FAILED",
      "DISCARDED",
    ]);
    expect(await axe.run(document.querySelector("#refactor") as Element)).toMatchObject({ violations: [] });
  });

  it("say how to begin where there are none", async () => {
    await open(null, { jobs: [] });
    await waitFor(() => expect(inScreen().getByText(/Press F2 on a name/)).toBeTruthy());
  });

  it("say why one failed, that nothing was written, and what can be done", async () => {
    await open("r7");
    await waitFor(() => expect(inScreen().getByText("src/sync.rs can't be read as text")).toBeTruthy());
    expect(inScreen().getByText(/Nothing was written/)).toBeTruthy();
    expect(button(/^Try again/)).toBeTruthy();
    refactors.open({ id: "r8", project_id: FERRY });
    await waitFor(() => expect(inScreen().getByText("Cancelled", { selector: "h3" })).toBeTruthy());
  });
});

describe("a review", { timeout: 40_000 }, () => {
  it("shows places by how sure they are, each with its reason, without any fault of access", async () => {
    await open("r1");
    await waitFor(() => expect(row("CERTAIN")).not.toBeNull());
    expect(inScreen().getByText("12 of 13 changes in 5 files")).toBeTruthy();
    expect([checked("CERTAIN"), checked("PROBABLE"), checked("TEXT")]).toEqual(["true", "true", "mixed"]);
    await waitFor(() =>
      expect(hunk("src/sync.rs#1")?.getAttribute("aria-label")).toContain("latest, line 37"),
    );
    expect(hunk("src/sync.rs#1")?.getAttribute("aria-label")).toContain("calls it");
    expect(hunk("docs/format.md#0")?.getAttribute("aria-checked")).toBe("false");
    expect(await axe.run(document.querySelector("#refactor") as Element)).toMatchObject({ violations: [] });
  });

  it("takes in and leaves out files and groups, and keeps that", async () => {
    await open("r1");
    await waitFor(() => expect(row("CERTAIN:src/sync.rs")).not.toBeNull());
    await fireEvent.click(row("CERTAIN:src/sync.rs")?.querySelector("[data-check]") as Element);
    expect(checked("CERTAIN:src/sync.rs")).toBe("false");
    expect(checked("CERTAIN")).toBe("mixed");
    expect(button(/^Apply 9 changes/)).toBeTruthy();
    await waitFor(() => expect(know.chosen["r1"]).toEqual([12, 20, 21, 22]));
    row("TEXT")?.focus();
    await press(" ");
    expect(checked("TEXT")).toBe("true");
    await press(" ");
    expect(checked("TEXT")).toBe("false");
    refactors.close(FERRY);
    await waitFor(() => expect(know.chosen["r1"]).toEqual([0, 12, 20, 21, 22]));
    refactors.open({ id: "r1", project_id: FERRY });
    await waitFor(() => expect(checked("CERTAIN:src/sync.rs")).toBe("false"));
  });

  it("warns where only some of what belongs together is taken, and offers all of it", async () => {
    await open("r1");
    await waitFor(() => expect(hunk("tests/round_trip.rs#1")).not.toBeNull());
    expect(inScreen().queryByText(/make sense only together/)).toBeNull();
    await fireEvent.click(hunk("tests/round_trip.rs#1")?.querySelector("[data-check]") as Element);
    expect(inScreen().getByText(/make sense only together/)).toBeTruthy();
    await fireEvent.click(button(/^Leave out all/));
    expect(checked("CERTAIN:tests/round_trip.rs")).toBe("false");
    expect(inScreen().queryByText(/make sense only together/)).toBeNull();
  });

  it("is walked through with the keyboard: J, K, Space, Enter, Esc", async () => {
    await open("r1");
    // What is certain comes first, as in the list.
    await waitFor(() => expect(document.activeElement).toBe(hunk("src/main.rs#0")));
    await press("j");
    await waitFor(() => expect(document.activeElement).toBe(hunk("src/main.rs#1")));
    await press(" ");
    expect(hunk("src/main.rs#1")?.getAttribute("aria-checked")).toBe("false");
    await press("ArrowUp");
    await waitFor(() => expect(document.activeElement).toBe(hunk("src/main.rs#0")));
    await press("k");
    expect(document.activeElement).toBe(hunk("src/main.rs#0"));
    await press("Escape");
    await waitFor(() => expect(inScreen().getAllByRole("option").length).toBeGreaterThan(0));
    refactors.open({ id: "r1", project_id: FERRY });
    asked.focus += 1;
    await waitFor(() => expect(document.activeElement?.hasAttribute("data-stop")).toBe(true));
    const ask = vi.spyOn(slot, "askReader").mockImplementation(() => undefined);
    await press("Enter");
    expect(route.screen).toBe("workspace");
    expect(ask).toHaveBeenCalledWith({ version: null, path: "src/main.rs", line: 4 });
    ask.mockRestore();
  });

  it("is applied by A with what is chosen stored first, and taken back by Ctrl+Z", async () => {
    const order: string[] = [];
    await open("r1");
    const { refactorChoose, refactorApply } = shell;
    shell.refactorChoose = (...given) => (order.push("choose"), refactorChoose(...given));
    shell.refactorApply = (...given) => (order.push("apply"), refactorApply(...given));
    await waitFor(() => expect(document.activeElement?.hasAttribute("data-stop")).toBe(true));
    await press("a");
    await waitFor(() => expect(inScreen().getByText("12 changes applied in 5 files.")).toBeTruthy());
    expect(order).toEqual(["choose", "apply"]);
    await waitFor(() => expect(toasts.list.map(({ text }) => text)).toContain("Renamed in 5 files"));
    expect(inScreen().getByText("Skipped", { selector: ".semi" })).toBeTruthy();
    expect(button(/^Compare with v43/)).toBeTruthy();
    await press("z", { ctrlKey: true });
    await waitFor(() => expect(inScreen().getByText("Taken back.")).toBeTruthy());
    expect(button(/^Apply again/)).toBeTruthy();
  });

  it("hears Ctrl+Z while it is still being applied, and takes back that and nothing older", async () => {
    await open("r1");
    const older = vi.fn();
    toast({ text: "Something older", undo: older });
    let write = () => {};
    const { refactorApply } = shell;
    shell.refactorApply = async (...given) => {
      await new Promise<void>((resolve) => (write = resolve));
      return refactorApply(...given);
    };
    await waitFor(() => expect(document.activeElement?.hasAttribute("data-stop")).toBe(true));
    await press("a");
    await press("z", { ctrlKey: true });
    await waitFor(() => write());
    await waitFor(() => expect(inScreen().getByText("Taken back.")).toBeTruthy());
    expect(older).not.toHaveBeenCalled();
  });

  it("exports what is chosen as a patch to a file that is named, from the review and from the list", async () => {
    await open("r1");
    const order: string[] = [];
    const { refactorChoose } = shell;
    shell.refactorChoose = (...given) => (order.push("choose"), refactorChoose(...given));
    const pick = vi.spyOn(shell, "pickNewFile");
    const written = vi.spyOn(shell, "exportRefactorPatch").mockImplementation(() => {
      order.push("export");
      return Promise.resolve(null);
    });
    await waitFor(() => expect(document.activeElement?.hasAttribute("data-stop")).toBe(true));
    await fireEvent.click(button(/^More about the job/));
    await fireEvent.click(await screen.findByRole("menuitem", { name: "Export as a patch…" }));
    await waitFor(() => expect(written).toHaveBeenCalledOnce());
    expect(pick).toHaveBeenCalledWith("Export as a patch", "Rename parse_manifest to read_manifest.patch");
    expect(order).toEqual(["choose", "export"]);
    expect(written.mock.calls[0]?.[1]).toBe("/home/mira/Rename parse_manifest to read_manifest.patch");
    await waitFor(() => expect(toasts.list.at(-1)?.text).toMatch(/^Exported Rename/));
    // In the list; nothing is written where the dialog is left.
    await press("Escape");
    pick.mockResolvedValueOnce(null);
    await waitFor(() => expect(button(/^Export as a patch/)).toBeTruthy());
    await fireEvent.click(button(/^Export as a patch/));
    await waitFor(() => expect(pick).toHaveBeenCalledTimes(2));
    expect(written).toHaveBeenCalledOnce();
  });

  it("shows what breaks first, and applies it only after saying so", async () => {
    await open("r2");
    await waitFor(() =>
      expect(inScreen().getByRole("alert").textContent).toContain("already has a function"),
    );
    const apply = button(/^Apply 12 changes/);
    expect(apply.disabled).toBe(true);
    expect(availableCommands().some(({ id }) => id === "refactor.apply")).toBe(false);
    await fireEvent.click(button(/^Apply anyway/));
    const alert = await screen.findByRole("alertdialog");
    expect(alert.textContent).toContain("src/main.rs already has a function called read_manifest");
    await fireEvent.click(within(alert).getByRole("button", { name: "Apply anyway" }));
    await waitFor(() => expect(inScreen().getByText(/12 changes applied/)).toBeTruthy());
  });

  it("lets a file where the name is taken go on with the old one", async () => {
    await open("r2");
    await waitFor(() => expect(inScreen().getByRole("alert")).toBeTruthy());
    const kept = vi.spyOn(shell, "refactorKeepOldName");
    await fireEvent.click(button(/^Import with the old name/));
    expect(kept).toHaveBeenCalledWith("r2", "src/main.rs");
    await waitFor(() => expect(inScreen().queryByText(/already has a function/)).toBeNull());
    await waitFor(() => expect(button(/^Apply 12 changes/).disabled).toBe(false));
  });

  it("offers another name, beginning with the one that did not fit", async () => {
    const line = { text: "pub fn parse_manifest(bytes: &[u8])", cut: 0 };
    await open(
      "r2",
      {},
      {
        openFile: () => Promise.resolve({ document: "manifest" } as never),
        fileLines: () => Promise.resolve({ first: 20, lines: [line] } as never),
      },
    );
    await waitFor(() => expect(inScreen().getByRole("alert")).toBeTruthy());
    await fireEvent.click(button(/^Choose another name/));
    const field = await screen.findByLabelText<HTMLInputElement>("New name");
    expect(field.value).toBe("read_manifest");
    await fireEvent.input(field, { target: { value: "load_manifest" } });
    await fireEvent.submit(field.form as HTMLFormElement);
    await waitFor(() =>
      expect(know.asked[0]).toMatchObject({ kind: "RENAME_SYMBOL", new_name: "load_manifest" }),
    );
    await waitFor(() => expect(inScreen().getByText("load_manifest")).toBeTruthy());
  });

  it("applies nothing of a stale proposal, and looks again", async () => {
    await open("r3");
    await waitFor(() => expect(inScreen().getByText(/Files changed since v42/)).toBeTruthy());
    await waitFor(() => expect(button(/^Apply 12 changes/).disabled).toBe(true));
    await fireEvent.click(button(/^Look again/));
    await waitFor(() => expect(inScreen().queryByText(/Files changed since v42/)).toBeNull());
    await waitFor(() => expect(button(/^Apply 12 changes/).disabled).toBe(false));
  });

  it("asks before it takes back where files changed since", async () => {
    await open("r4", { undo: sampleUndo });
    const undo = vi.spyOn(shell, "refactorUndo");
    await waitFor(() => expect(button(/^Undo/)).toBeTruthy());
    await fireEvent.click(button(/^Undo/));
    const dialog = await screen.findByRole("dialog");
    expect(undo).not.toHaveBeenCalled();
    expect(dialog.textContent).toContain("is not there any more.");
    await fireEvent.click(within(dialog).getByRole("radio", { name: "As before" }));
    await fireEvent.click(within(dialog).getByRole("button", { name: "Take back in 3 files" }));
    await waitFor(() => expect(undo).toHaveBeenCalled());
    expect(undo.mock.calls[0]?.[2]).toEqual([{ path: "src/sync.rs", number: 0, back: true }]);
  });

  it("of ten thousand places draws those in sight, and reads no others", async () => {
    const large = refactorJob("large", { edits: 10_000, files: 500 });
    const asks: [string, number][] = [];
    await open("large", { jobs: [large], known: { large: largeProposal(large) } });
    const { refactorHunks } = shell;
    shell.refactorHunks = (...given): Promise<RefactorHunks> => {
      asks.push([given[1], given[2]]);
      return refactorHunks(...given);
    };
    await waitFor(() => expect(inScreen().getByText("10,000 changes in 500 files")).toBeTruthy());
    await waitFor(() => expect(document.querySelectorAll("#refactor [data-stop]").length).toBeGreaterThan(5));
    expect(document.querySelectorAll("#refactor [data-stop]").length).toBeLessThan(80);
    expect(document.querySelectorAll("#refactor [role=treeitem]").length).toBeLessThan(120);
    expect(asks.length).toBeLessThan(6);
    row("CERTAIN")?.focus();
    await press(" ");
    expect(button(/^Apply 0 changes/).disabled).toBe(true);
  });
});

describe("asking for a new name", { timeout: 40_000 }, () => {
  it("says what is renamed, refuses what is no name, and shows the job", async () => {
    await open(null);
    await askRenameAt(FERRY, { path: "src/manifest.rs", line: 20, column: 7 });
    const field = await screen.findByLabelText<HTMLInputElement>("New name");
    const dialog = field.closest("dialog") as HTMLElement;
    expect(dialog.textContent).toContain("src/manifest.rs:20");
    expect(await axe.run(dialog.querySelector(".body") as Element)).toMatchObject({ violations: [] });
    await fireEvent.input(field, { target: { value: "1st" } });
    expect(within(dialog).getByText(/does not begin with a digit/)).toBeTruthy();
    expect(within(dialog).getByRole<HTMLButtonElement>("button", { name: "Look for places" }).disabled).toBe(
      true,
    );
    await fireEvent.input(field, { target: { value: "take_in" } });
    await fireEvent.submit(field.form as HTMLFormElement);
    await waitFor(() =>
      expect(know.asked).toEqual([
        {
          kind: "RENAME_SYMBOL",
          path: "src/manifest.rs",
          line: 20,
          column: 7,
          new_name: "take_in",
          files: true,
          hierarchy: true,
        },
      ]),
    );
    await waitFor(() => expect(inScreen().getByText("take_in")).toBeTruthy());
  });

  it("says why something can't be renamed instead of asking", async () => {
    await open(null);
    know.symbol = {
      ...know.symbol,
      refused: { code: "EXTERNAL", message: "HashMap is declared outside of this project", hint: null },
    };
    await askRenameAt(FERRY, { path: "src/manifest.rs", line: 3, column: 0 });
    expect(asked.question).toBeNull();
    expect(toasts.list.at(-1)?.text).toBe("HashMap is declared outside of this project");
  });

  it("counts columns in bytes", () => {
    expect(bytesBefore("let größe = 1", 9)).toBe(11);
    expect(bytesBefore("😀 x", 3)).toBe(5);
  });

  it("asks nothing of an older version", async () => {
    await open(null);
    route.screen = "workspace";
    const at = { word: "plan", line: 1, column: 0, path: "a.rs", commit: null, document: "a.rs" };
    readerSlot.wordAtCaret = () => ({ ...at, version: 41 });
    expect(runCommand("refactor.rename")).toBe(false);
    readerSlot.wordAtCaret = () => ({ ...at, version: null });
    expect(availableCommands().some(({ id }) => id === "refactor.rename")).toBe(true);
  });
});
