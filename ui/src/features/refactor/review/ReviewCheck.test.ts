import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../../dev/fake";
import { noRefactors, type FakeRefactors } from "../../../../dev/refactor";
import { checkCommand, checkRun, noChecks, type FakeChecks } from "../../../../dev/refactorChecks";
import { sampleRefactors } from "../../../../dev/refactorSamples";
import App from "../../../App.svelte";
import { railEntries } from "$features/frame/rail";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { resetRoute } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend } from "$lib/ipc";
import { runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts } from "$lib/ui/toasts.svelte";
import { asked } from "../asked.svelte";
import { refactors } from "../refactors.svelte";
import { applyWarning, readingWords, runWords, seconds } from "./checkWords";

// Nothing is laid out here: lists are as high as this.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 1_600 });

const FERRY = "project-ferry";
const mira = profile("mira@harbour.example");
let shell: FakeShell;
let know: FakeRefactors;

const strip = () => document.querySelector<HTMLElement>("#refactor section.checks") as HTMLElement;
const inStrip = () => within(strip());
const button = (name: RegExp) => inStrip().getByRole<HTMLButtonElement>("button", { name });

async function open(checks: Partial<FakeChecks> = {}) {
  know = noRefactors({ there: true, ...sampleRefactors(), checks: noChecks(checks) });
  shell = fakeShell({ refactorsKnow: know });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject(FERRY);
  await waitFor(() => expect(refactors.available).toBe(true));
  refactors.open({ id: "r1", project_id: FERRY });
  railEntries()
    .find(({ label }) => label === "Refactor")
    ?.show();
  await waitFor(() => expect(strip()).not.toBeNull(), { timeout: 20_000 });
}

beforeEach(() => {
  resetRoute();
  resetProjects();
  refactors.reset();
  asked.close();
  dismissAllToasts();
  localStorage.clear();
  readerSlot.request = null;
});
afterEach(cleanup);

describe("the checks of a review", { timeout: 40_000 }, () => {
  it("are read by themselves, and say what was looked at", async () => {
    await open();
    await waitFor(() =>
      expect(strip().textContent).toContain("No new errors: 5 files parsed, names followed in 4 files"),
    );
    expect(strip().textContent).toContain("cargo check did not run yet");
    expect(know.checks.asked).toEqual([]);
    expect(await axe.run(strip())).toMatchObject({ violations: [] });
  });

  it("list what would not parse and what names would mean, each with its place", async () => {
    await open({
      checks: {
        ...noChecks().checks,
        new_errors: [
          {
            path: "src/a.rs",
            line: 3,
            path_before: "src/a.rs",
            line_before: 2,
            message: "“fn 1” can't be parsed",
          },
        ],
        unresolved: [
          {
            path: "src/new.rs",
            line: 9,
            path_before: "src/elsewhere.rs",
            line_before: 8,
            name: "load",
            fate: "UNRESOLVED",
            message: "nothing is called load here any more",
          },
        ],
        errors_total: 1,
        unresolved_total: 3,
        unchecked: ["a.rb: names are not followed in this language."],
      },
    });
    await waitFor(() => expect(strip().textContent).toContain("1 new syntax error, 3 names to look at"));
    await fireEvent.click(button(/^Details/));
    expect(inStrip().getByText("src/a.rs:3")).toBeTruthy();
    expect(strip().textContent).toContain("And 2 more");
    expect(strip().textContent).toContain("a.rb: names are not followed in this language.");
    expect(await axe.run(strip())).toMatchObject({ violations: [] });
    expect(document.querySelector("#refactor .actbar")?.textContent).toContain(
      "Checks found: 1 new syntax error",
    );
    await fireEvent.click(inStrip().getByText("src/new.rs:9"));
    expect(readerSlot.request).toMatchObject({ path: "src/elsewhere.rs", line: 8 });
  });

  it("run the project's command by a key, show what it prints, and can be cancelled", async () => {
    await open();
    await waitFor(() => expect(strip().textContent).toContain("cargo check did not run yet"));
    await runCommand("refactor.check");
    await waitFor(() => expect(strip().textContent).toContain("Copying the project"));
    expect(know.checks.asked).toEqual([null]);
    const line = { at: "2026-11-20T10:00:00Z", source: "out" as const, text: "Checking ferry v0.1.0" };
    know.checks.lines = [line];
    know.checks.run = checkRun({ state: "RUNNING", phase: "Running", exit: null });
    shell.say.refactorCheck(know.checks.run);
    shell.say.refactorCheckSaid({ job_id: "r1", page: { first: 0, lines: [line], total: 1 } });
    await waitFor(() => expect(strip().textContent).toContain("Checking ferry v0.1.0"));
    await waitFor(() => expect(strip().textContent).toContain("cargo check runs"));
    await fireEvent.click(button(/^Cancel check/));
    expect(know.checks.cancelled).toBe(1);
    know.checks.run = checkRun({ state: "CANCELLED", exit: null });
    shell.say.refactorCheck(know.checks.run);
    await waitFor(() => expect(strip().textContent).toContain("cargo check was cancelled"));
    expect(button(/^Check again/)).toBeTruthy();
  });

  it("ask before anything runs, and take no for an answer", async () => {
    await open({
      choices: { command: checkCommand({ trusted: false }), chosen: false, suggestions: [] },
      refuses: { code: "NOT_TRUSTED", message: "the command “cargo check” may not run yet", hint: null },
    });
    await waitFor(() => expect(strip().textContent).toContain("cargo check did not run yet"));
    await fireEvent.click(button(/^Run check/));
    const dialog = await waitFor(() => screen.getByRole("alertdialog"));
    expect(dialog.textContent).toContain("with your user account");
    expect(dialog.textContent).toContain("cargo check");
    // Rules about whole pages don't hold of a part of one.
    const page = ["landmark-no-duplicate-banner", "landmark-no-duplicate-contentinfo"];
    const rules = Object.fromEntries(page.map((rule) => [rule, { enabled: false }]));
    expect(await axe.run(dialog, { rules })).toMatchObject({ violations: [] });
    await fireEvent.click(within(dialog).getByRole("button", { name: "Do not run" }));
    expect(know.checks.asked).toEqual([null]);
    await fireEvent.click(button(/^Run check/));
    const again = await waitFor(() => screen.getByRole("alertdialog"));
    await fireEvent.click(within(again).getByRole("checkbox"));
    await fireEvent.click(within(again).getByRole("button", { name: "Run check" }));
    await waitFor(() => expect(know.checks.asked).toEqual([null, null, "remembered"]));
  });

  it("say when the choices are others by now, and read again", async () => {
    await open({ run: checkRun() });
    await waitFor(() => expect(strip().textContent).toContain("cargo check passed, 4.2 s, on these choices"));
    const reads = know.checks.reads;
    know.checks.run = checkRun({ stale: true });
    refactors.find("r1");
    await runCommand("refactor.toggle");
    await waitFor(() => expect(know.checks.reads).toBeGreaterThan(reads), { timeout: 5_000 });
    await waitFor(() => expect(strip().textContent).toContain("before your last change of choices"));
  });

  it("remember another command, and say what no shell reads", async () => {
    await open({ choices: { command: null, chosen: false, suggestions: [] } });
    await fireEvent.click(button(/^Details/));
    expect(button(/^Run check/).disabled).toBe(true);
    const field = inStrip().getByLabelText<HTMLInputElement>("Check command");
    await fireEvent.input(field, { target: { value: "make | tee" } });
    await waitFor(() => expect(strip().textContent).toContain("No shell runs this"));
    await fireEvent.input(field, { target: { value: "make check" } });
    await fireEvent.click(button(/^Remember/));
    await waitFor(() => expect(know.checks.remembered).toEqual([{ line: "make check", folder: "" }]));
    await waitFor(() => expect(button(/^Run check/).disabled).toBe(false));
  });
});

describe("the words of checks", () => {
  it("tell every end apart", () => {
    expect(seconds(4_240)).toBe("4.2 s");
    expect(seconds(65_000)).toBe("1 min 5 s");
    expect(runWords(checkRun({ state: "FAILED", exit: 101 })).text).toBe(
      "cargo check failed with 101, 4.2 s, on these choices",
    );
    expect(runWords(checkRun({ state: "FAILED", exit: null })).text).toContain("was ended by the system");
    expect(runWords(checkRun({ state: "TIMED_OUT" })).text).toContain("took too long");
    expect(runWords(checkRun({ state: "BROKEN" })).text).toBe("cargo check could not run");
    expect(readingWords({ ...noChecks().checks, parsed: 0, followed: 0 }).text).toContain("Nothing here");
  });

  it("warn before applying only of what holds for these choices", () => {
    const { checks } = noChecks();
    expect(applyWarning(checks, checkRun())).toBe("");
    expect(applyWarning(checks, checkRun({ state: "FAILED", exit: 1 }))).toBe(
      "Checks found: cargo check fails.",
    );
    expect(applyWarning(checks, checkRun({ state: "FAILED", exit: 1, stale: true }))).toBe("");
    expect(applyWarning({ ...checks, errors_total: 2 }, null)).toBe("Checks found: 2 new syntax errors.");
  });
});
