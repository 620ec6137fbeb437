import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { aiJob, largePage, samplePage } from "../../../dev/jobPages";
import { noJobs, sampleJobs, type FakeJobs } from "../../../dev/jobs";
import { refactorJob } from "../../../dev/refactorSamples";
import App from "../../App.svelte";
import * as slot from "$features/frame/reader-slot.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { resetRoute, route } from "$features/frame/route.svelte";
import { openProject, resetProjects } from "$features/projects/projects.svelte";
import { provideBackend, type AiJob } from "$lib/ipc";
import { runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import { ask, submit } from "./asking";
import { jobs } from "./jobs.svelte";

// Nothing is laid out here: lists are as high as this.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 1_000 });
HTMLElement.prototype.scrollIntoView = () => undefined;

const FERRY = "project-ferry";
const mira = profile("mira@harbour.example");
let shell: FakeShell;

async function open(jobsKnow: FakeJobs, overrides: Partial<FakeShell> = {}) {
  shell = fakeShell({ jobsKnow, ...overrides });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  openProject(FERRY);
  await waitFor(() => expect(runCommand("jobs.show")).toBe(true));
  await waitFor(() => expect(document.querySelector("#jobs .jobs")).not.toBeNull(), { timeout: 20_000 });
}

const inScreen = () => within(document.querySelector<HTMLElement>("#jobs") as HTMLElement);
const rows = () => inScreen().getAllByRole("option");
const article = () => inScreen().getByRole("article");
const show = async (id: string) => {
  jobs.choose({ id, project_id: FERRY });
  await waitFor(() => article());
};

beforeEach(() => {
  resetRoute();
  resetProjects();
  jobs.reset();
  dismissAllToasts();
  localStorage.clear();
  readerSlot.request = null;
});
afterEach(cleanup);

describe("the screen of jobs", { timeout: 40_000 }, () => {
  it("lists them by what they make and shows the running one as it is written", async () => {
    await open(sampleJobs());
    await waitFor(() => expect(rows()).toHaveLength(7));
    expect(rows().map((row) => row.dataset.job)).toEqual(["j1", "j2", "j4", "j6", "j3", "j5", "j7"]);
    expect(document.querySelector("nav.rail .pip")?.textContent).toBe("3");
    await waitFor(() => expect(article().getAttribute("aria-busy")).toBe("true"));
    shell.say.aiText({ job_id: "j1", slot: "writing", text: "A crash between the two steps leaves [" });
    await waitFor(() =>
      expect(document.querySelector("[data-live]")?.textContent?.trim()).toBe(
        "A crash between the two steps leaves",
      ),
    );
    // Tokens are not told to those who hear it; sections are.
    const said = [...document.querySelectorAll("#jobs [role=status]")].map((one) => one.textContent);
    expect(said).toContain("Writing the section Writing a version");
    expect(inScreen().getByText("Section 4 of 6, 31 tokens/s, about 40 s left")).toBeTruthy();
    expect(inScreen().getByRole("link", { name: /^Writing a version ?, written now$/ })).toBeTruthy();
    expect(await axe.run(document.querySelector("#jobs") as Element)).toMatchObject({ violations: [] });
  });

  it("lists what another program wrote once somebody looks again", async () => {
    const know = sampleJobs();
    await open(know);
    await waitFor(() => expect(rows()).toHaveLength(7));
    const done = know.jobs.find(({ id }) => id === "j2") as AiJob;
    know.jobs.push({ ...done, id: "j9", title: "src/elsewhere.rs" });
    await fireEvent(window, new Event("focus"));
    await waitFor(() => expect(rows()).toHaveLength(8));
  });

  it("offers its prose as doc comments, with how many they are, to the review of a refactor job", async () => {
    const know = sampleJobs();
    know.docComments = { j4: 12 };
    const asked = vi.fn(() => Promise.resolve(refactorJob("d1", { ask_kind: "DOC_COMMENTS" })));
    await open(know, { refactorAsk: asked } as unknown as Partial<FakeShell>);
    await show("j5");
    expect(inScreen().queryByRole("button", { name: /doc comments/ })).toBeNull();
    await show("j4");
    const insert = await waitFor(() =>
      inScreen().getByRole("button", { name: "Insert as doc comments… 12" }),
    );
    await fireEvent.click(insert);
    await waitFor(() => expect(asked).toHaveBeenCalledWith(FERRY, { kind: "DOC_COMMENTS", job_id: "j4" }));
    await waitFor(() => expect(route.screen).toBe("refactor"));
  });

  it("reads the page again when a part is done, not with every token", async () => {
    const know = sampleJobs();
    const aiJobRead = vi.fn((id: string) =>
      Promise.resolve({ job: know.jobs.find((job) => job.id === id) as never, page: know.pages[id] ?? null }),
    );
    await open(know, { aiJob: aiJobRead } as unknown as Partial<FakeShell>);
    await waitFor(() => article());
    const reads = aiJobRead.mock.calls.length;
    const running = know.jobs[0] as ReturnType<typeof aiJob>;
    shell.say.aiJob({ ...running, progress: { ...running.progress, tokens: 25 } });
    shell.say.aiJob({ ...running, progress: { ...running.progress, tokens: 26 } });
    expect(aiJobRead.mock.calls.length).toBe(reads);
    know.pages.j1 = samplePage(4);
    know.jobs[0] = { ...running, progress: { ...running.progress, done: 4 } };
    shell.say.aiJob(know.jobs[0]);
    await waitFor(() => expect(within(article()).getByText(/then renamed over/)).toBeTruthy());
    expect(aiJobRead.mock.calls.length).toBe(reads + 1);
  });

  it("opens cited lines in the folder while it has them, else as of the version", async () => {
    await open(sampleJobs());
    await show("j4");
    const chip = await waitFor(
      () =>
        inScreen().getAllByRole("link", {
          name: /^Citation 1 ?src\/sync.rs:40-58$/,
        })[0] as HTMLElement,
    );
    const wanted = vi.spyOn(slot, "askReader");
    await fireEvent.click(chip);
    await waitFor(() =>
      expect(wanted).toHaveBeenCalledWith({ version: null, path: "src/sync.rs", line: 40, lastLine: 58 }),
    );
    expect(route.screen).toBe("workspace");
    runCommand("jobs.show");
    const other = /^Citation 5 ?src\/hash.rs:9-24$/;
    const [second] = await waitFor(() => inScreen().getAllByRole("link", { name: other }));
    await fireEvent.click(second as HTMLElement);
    await waitFor(() =>
      expect(wanted).toHaveBeenCalledWith({ version: 42, path: "src/hash.rs", line: 9, lastLine: 24 }),
    );
  });

  it("marks what has no citation, strikes what the project does not have, and lets a sentence be accepted", async () => {
    await open(sampleJobs());
    await show("j4");
    await waitFor(() =>
      expect(document.querySelector("#jobs .uncited")?.textContent).toContain("Most projects finish"),
    );
    const struck = document.querySelector("#jobs s");
    expect(struck?.textContent).toContain("load_latest_now");
    expect(struck?.getAttribute("title")).toContain("nothing called load_latest_now");
    await fireEvent.click(inScreen().getByRole("button", { name: "No citation" }));
    await fireEvent.click(inScreen().getByRole("menuitem", { name: /Accept the sentence/ }));
    await waitFor(() => expect(document.querySelector("#jobs .uncited")).toBeNull());
    await toasts.list.at(-1)?.undo?.();
    await waitFor(() => expect(document.querySelector("#jobs .uncited")).not.toBeNull());
  });

  it("takes a sentence out and puts it back, from the toast or later from the page", async () => {
    await open(sampleJobs());
    await show("j4");
    const says = () => document.querySelector("#jobs .doc p .uncited")?.textContent ?? null;
    const takeOut = async () => {
      await fireEvent.click(await waitFor(() => inScreen().getByRole("button", { name: "No citation" })));
      await fireEvent.click(inScreen().getByRole("menuitem", { name: /Take the sentence out/ }));
      await waitFor(() => expect(says()).toBeNull());
    };
    await waitFor(() => expect(says()).toContain("Most projects finish"));
    await takeOut();
    expect(toasts.list.at(-1)?.text).toBe("Sentence taken out");
    await toasts.list.at(-1)?.undo?.();
    await waitFor(() => expect(says()).toContain("Most projects finish"));
    expect(inScreen().queryByText(/taken out/)).toBeNull();

    await takeOut();
    const gone = within(inScreen().getByText(/^1 sentence taken out/).parentElement as HTMLElement);
    expect(gone.queryByText(/Most projects finish/)).toBeNull();
    await fireEvent.click(gone.getByRole("button", { name: "Show" }));
    expect(gone.getByText(/Most projects finish/)).toBeTruthy();
    expect(await axe.run(document.querySelector("#jobs") as Element)).toMatchObject({ violations: [] });
    await fireEvent.click(gone.getByRole("button", { name: /^Put back/ }));
    await waitFor(() => expect(says()).toContain("Most projects finish"));
    expect(inScreen().queryByText(/taken out/)).toBeNull();
  });

  it("colours signatures as the reader does, asked for together, and leaves their text as it is", async () => {
    const know = sampleJobs();
    know.pages.j4 = largePage(40);
    await open(know);
    const citedLines = vi.spyOn(shell, "citedLines");
    await show("j4");
    const signatures = () => [...document.querySelectorAll("#jobs pre[aria-label^='Signature of']")];
    await waitFor(() => expect(signatures()[0]?.querySelector(".k")?.textContent).toBe("pub"));
    const facts = know.pages.j4.sections
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => (block.kind === "symbols" ? block.symbols : []));
    for (const one of signatures()) {
      const name = one.getAttribute("aria-label")?.replace("Signature of ", "");
      expect(one.textContent).toBe(facts.find((symbol) => symbol.name === name)?.signature);
    }
    expect(signatures().length).toBeGreaterThan(10);
    const calls = citedLines.mock.calls.filter(([id]) => id === "j4");
    const asked = calls.flatMap(([, ids]) => ids);
    expect(new Set(asked).size, "each is asked for once").toBe(asked.length);
    expect(calls).toHaveLength(1);
  });

  it("shows a page of 1,200 symbols and what made it", async () => {
    const know = sampleJobs();
    know.pages.j4 = largePage(1_200);
    await open(know);
    await show("j4");
    await waitFor(() => expect(document.querySelectorAll("#jobs [data-section]").length).toBe(106));
    expect(inScreen().getByText(/written by AI \(SmolLM2 135M\) on this computer/)).toBeTruthy();
  });

  it("goes from job to job by J and K, and cancels by its key", async () => {
    await open(sampleJobs());
    await waitFor(() => expect(rows()).toHaveLength(7));
    rows()[0]?.focus();
    await fireEvent.keyDown(rows()[0] as Element, { key: "j" });
    await waitFor(() => expect(jobs.inFront(FERRY)?.id).toBe("j2"));
    await fireEvent.keyDown(document.activeElement as Element, { key: "k" });
    await waitFor(() => expect(jobs.inFront(FERRY)?.id).toBe("j1"));
    await fireEvent.keyDown(document.activeElement as Element, { key: ".", ctrlKey: true });
    await waitFor(() => expect(jobs.find("j1")?.error?.code).toBe("CANCELLED"));
  });

  it("removes one and brings it back", async () => {
    await open(sampleJobs());
    await show("j4");
    runCommand("jobs.remove");
    await waitFor(() => expect(jobs.find("j4")).toBeUndefined());
    await toasts.list.at(-1)?.undo?.();
    await waitFor(() => expect(jobs.inFront(FERRY)?.id).toBe("j4"));
  });

  it("says what is absent and asks for the first", async () => {
    await open(noJobs());
    await waitFor(() => inScreen().getByText("No jobs yet"));
    await fireEvent.click(inScreen().getByRole("button", { name: /New job/ }));
    const dialog = within(screen.getByRole("dialog", { name: "New job", hidden: true }));
    expect(dialog.getByText(/Nothing is sent anywhere. Tiny: for trying out/)).toBeTruthy();
    await fireEvent.click(dialog.getByRole("button", { name: "Write docs", hidden: true }));
    await waitFor(() => expect(jobs.of(FERRY)).toHaveLength(1));
    expect(jobs.of(FERRY)[0]?.subject).toEqual({ kind: "PROJECT" });
  });

  it("keeps a failure where the list would be", async () => {
    const failure = { code: "DATABASE", message: "The database is busy.", hint: null };
    await open(noJobs(), { aiJobs: () => Promise.reject(failure) } as unknown as Partial<FakeShell>);
    await waitFor(() => inScreen().getByText("The database is busy."));
  });
});

describe("asking", { timeout: 40_000 }, () => {
  const file = { kind: "FILE", path: "src/sync.rs" } as const;

  it("says when the same was asked for or written before", async () => {
    const know = noJobs();
    know.jobs = [
      aiJob("done", { subject: file }),
      aiJob("busy", { subject: { kind: "PROJECT" }, status: "RUNNING" }),
    ];
    await open(know);
    await ask(FERRY, "DOCS", file, null);
    expect(toasts.list.at(-1)?.text).toBe("Written 3 min ago from the same code");
    expect(toasts.list.at(-1)?.action?.label).toBe("Write again");
    await ask(FERRY, "DOCS", { kind: "PROJECT" }, null);
    expect(toasts.list.at(-1)?.text).toBe("This is being written already");
    expect(jobs.inFront(FERRY)?.id).toBe("busy");
  });

  it("asks before code is sent anywhere, says where to, and goes on once it is allowed", async () => {
    await open(noJobs());
    const request = { job_type: "DOCS", subject: file, version: null, model: "e1", no_prose: false } as const;
    expect(await submit(FERRY, request)).toBe(false);
    const dialog = within(
      await waitFor(() =>
        screen.getByRole("alertdialog", { name: "Send code of ferry to 192.168.1.20:8080?", hidden: true }),
      ),
    );
    expect(dialog.getByText(/They leave this computer/)).toBeTruthy();
    expect(dialog.getByText(/This address has no encryption/)).toBeTruthy();
    expect(jobs.list).toHaveLength(0);
    await fireEvent.click(dialog.getByRole("button", { name: "Allow for this project", hidden: true }));
    await waitFor(() => expect(jobs.list).toHaveLength(1));
  });

  it("sends nothing when it is not allowed", async () => {
    await open(noJobs());
    await submit(FERRY, { job_type: "DOCS", subject: file, version: null, model: "e1", no_prose: false });
    await fireEvent.click(await waitFor(() => screen.getByRole("button", { name: "Not now", hidden: true })));
    await waitFor(() => expect(document.querySelector("dialog")).toBeNull());
    expect(jobs.list).toHaveLength(0);
  });

  it("shows the exact prompts, before and after", async () => {
    await open(sampleJobs());
    await show("j4");
    runCommand("jobs.prompts");
    const dialog = within(
      await waitFor(() => screen.getByRole("dialog", { name: /^Prompts of/, hidden: true })),
    );
    await waitFor(() => dialog.getByText(/You explain code/));
    expect(dialog.getByText("Withheld: 1 key.")).toBeTruthy();
    expect(dialog.getByText("A sync compares a folder with the newest manifest. [1]")).toBeTruthy();
  });
});

describe("the queue", { timeout: 40_000 }, () => {
  const drawer = () => within(screen.getByRole("dialog", { name: "Job queue" }));

  it("shows what runs, waits and ended, moves one up, and clears with a way back", async () => {
    await open(sampleJobs());
    runCommand("jobs.queue");
    await waitFor(() => drawer().getByText("Waiting, one at a time"));
    const order = () =>
      [...document.querySelectorAll<HTMLElement>(".drawer [data-status=QUEUED]")].map(
        (row) => row.dataset.queued,
      );
    expect(order()).toEqual(["j2", "j3"]);
    await fireEvent.click(drawer().getByRole("button", { name: "Move Explanation: v41 to v42 up" }));
    await waitFor(() => expect(order()).toEqual(["j3", "j2"]));
    expect(await axe.run(document.querySelector(".drawer") as Element)).toMatchObject({ violations: [] });
    await fireEvent.click(drawer().getByRole("button", { name: "Clear finished" }));
    await waitFor(() => expect(jobs.list).toHaveLength(3));
    expect(toasts.list.at(-1)?.text).toBe("Cleared 4 jobs");
    await toasts.list.at(-1)?.undo?.();
    await waitFor(() => expect(jobs.list).toHaveLength(7));
  });

  it("opens from the status bar and cancels all", async () => {
    await open(sampleJobs());
    await fireEvent.click(await waitFor(() => screen.getByTestId("job-status")));
    await fireEvent.click(drawer().getByRole("button", { name: "Cancel all" }));
    await waitFor(() => expect(jobs.running.length + jobs.waiting.length).toBe(0));
  });

  it("tells of what ended out of sight, and leads to it", async () => {
    await open(sampleJobs());
    runCommand("reader.show");
    shell.say.aiJob(aiJob("j1"));
    expect(toasts.list.at(-1)?.text).toBe("Docs of How ferry syncs a folder is done");
    await toasts.list.at(-1)?.action?.run();
    expect(route.screen).toBe("jobs");
  });
});
