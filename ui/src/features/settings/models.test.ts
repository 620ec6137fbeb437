import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { sampleJobs } from "../../../dev/jobs";
import { sampleModels } from "../../../dev/modelSamples";
import App from "../../App.svelte";
import { resetRoute, showSettings } from "$features/frame/route.svelte";
import { models } from "$features/jobs/models.svelte";
import { resetProjects } from "$features/projects/projects.svelte";
import { provideBackend, type Models } from "$lib/ipc";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

async function open(known: Partial<Models> = {}, overrides: Partial<FakeShell> = {}) {
  shell = fakeShell({ jobsKnow: { ...sampleJobs(), models: sampleModels(known) }, ...overrides });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
  showSettings("models");
  await waitFor(() => inSettings().getByText("Llama 3.1 8B"));
}

const inSettings = () => within(document.querySelector<HTMLElement>("#settings") as HTMLElement);
const row = (id: string) =>
  within(document.querySelector<HTMLElement>(`[data-model="${id}"]`) as HTMLElement);

beforeEach(() => {
  resetRoute();
  resetProjects();
  models.reset();
  dismissAllToasts();
});
afterEach(cleanup);

describe("models and endpoints", { timeout: 40_000 }, () => {
  it("says of each model what it takes, how fast it is here, and honestly what it is", async () => {
    await open();
    expect(row("m1").getByText("Tiny: for trying out. Check every sentence.")).toBeTruthy();
    expect(
      row("m1").getByText(
        /98 MB on disk, about 260 MB of memory, 4,096 tokens of context, 31 tokens\/s here/,
      ),
    ).toBeTruthy();
    expect(row("m3").getByText("Too large")).toBeTruthy();
    expect(row("m3").getByRole<HTMLButtonElement>("radio").disabled).toBe(true);
    expect(await axe.run(document.querySelector("#settings") as Element)).toMatchObject({ violations: [] });
  });

  it("chooses by click and by arrow, and loads what does not fit only when somebody insists", async () => {
    await open();
    await fireEvent.click(row("m2").getByRole("radio"));
    await waitFor(() => expect(models.current?.chosen).toBe("m2"));
    await fireEvent.keyDown(row("m2").getByRole("radio"), { key: "ArrowUp" });
    await waitFor(() => expect(models.current?.chosen).toBe("m1"));
    await fireEvent.click(row("m3").getByRole("button", { name: /More about/ }));
    await fireEvent.click(row("m3").getByRole("menuitem", { name: /Load anyway/ }));
    await waitFor(() => expect(row("m3").getByRole<HTMLButtonElement>("radio").disabled).toBe(false));
  });

  it("adds a server found on this computer by one click, allowed for no project", async () => {
    await open();
    await fireEvent.click(await waitFor(() => inSettings().getByRole("button", { name: "Add Ollama" })));
    await waitFor(() => inSettings().getByText("Ollama, qwen3:8b"));
    expect(models.current?.endpoints.at(-1)?.allowed).toEqual([]);
  });

  it("says what is sent where, for whom, and how the key is kept", async () => {
    await open();
    expect(
      row("e1").getByText(/Sends code to 192.168.1.20:8080. No project may send code there yet/),
    ).toBeTruthy();
    expect(row("e1").getByText(/kept for this run only: no keychain answers/)).toBeTruthy();
    await fireEvent.click(row("e1").getByRole("button", { name: /More about/ }));
    await fireEvent.click(row("e1").getByRole("menuitem", { name: "Allow for ferry" }));
    await waitFor(() => row("e1").getByText(/Allowed for ferry\./));
  });

  it("adds an endpoint by its address, with the models it names", async () => {
    const addEndpoint = vi.fn(() => Promise.resolve(sampleModels()));
    await open({}, { addEndpoint } as unknown as Partial<FakeShell>);
    await fireEvent.click(inSettings().getByRole("button", { name: "Add endpoint…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Add an endpoint", hidden: true }));
    await fireEvent.input(dialog.getByLabelText("URL"), { target: { value: "http://10.0.0.2:8000/v1" } });
    await fireEvent.input(dialog.getByLabelText("Key, if it needs one"), { target: { value: "secret" } });
    await fireEvent.click(dialog.getByRole("button", { name: "Ask for its models", hidden: true }));
    await waitFor(() => dialog.getByText("Answers in 40 ms."));
    await fireEvent.click(dialog.getByRole("button", { name: "Add the endpoint", hidden: true }));
    await waitFor(() =>
      expect(addEndpoint).toHaveBeenCalledWith({
        name: "10.0.0.2:8000, qwen3:8b",
        url: "http://10.0.0.2:8000/v1",
        model: "qwen3:8b",
        key: "secret",
        context: 0,
      }),
    );
  });

  it("warns of an address without encryption before anything is sent there, in its row too", async () => {
    await open();
    expect(row("e1").getByText(/no encryption.*Use an address that begins with https:/)).toBeTruthy();
    await fireEvent.click(inSettings().getByRole("button", { name: "Add endpoint…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Add an endpoint", hidden: true }));
    const type = (value: string) => fireEvent.input(dialog.getByLabelText("URL"), { target: { value } });
    await type("http://10.0.0.2:8000/v1");
    await waitFor(() => dialog.getByText(/can be read and changed by everybody/));
    await type("https://10.0.0.2:8000/v1");
    await waitFor(() => expect(dialog.queryByText(/can be read and changed/)).toBeNull());
  });

  it("renames by F2 or from the menu, refuses no name in plain words, and takes it back", async () => {
    await open();
    row("m1").getByRole("radio").focus();
    await fireEvent.keyDown(document.activeElement as Element, { key: "F2" });
    const dialog = () => within(screen.getByRole("dialog", { name: /^Rename/, hidden: true }));
    const type = (value: string) => fireEvent.input(dialog().getByLabelText("Name"), { target: { value } });
    const save = () => fireEvent.click(dialog().getByRole("button", { name: "Rename", hidden: true }));
    await waitFor(() => expect(dialog().getByLabelText<HTMLInputElement>("Name").value).toBe("SmolLM2 135M"));
    await type("  ");
    await save();
    await waitFor(() => dialog().getByText("A name needs a letter or a digit."));
    await type("The tiny one");
    await save();
    await waitFor(() => row("m1").getByText("The tiny one"));
    expect(document.querySelector("dialog")).toBeNull();
    await toasts.list.at(-1)?.undo?.();
    await waitFor(() => row("m1").getByText("SmolLM2 135M"));

    await fireEvent.click(row("e1").getByRole("button", { name: /More about/ }));
    await fireEvent.click(row("e1").getByRole("menuitem", { name: /Rename…/ }));
    await type("At the office");
    await save();
    await waitFor(() => row("e1").getByText("At the office"));
  });

  it("downloads from an address, and takes no hash that is none", async () => {
    await open();
    await fireEvent.click(inSettings().getByRole("button", { name: "Download from URL…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Download a model", hidden: true }));
    await fireEvent.input(dialog.getByLabelText("URL"), {
      target: { value: "https://models.example/tiny.gguf" },
    });
    await fireEvent.input(dialog.getByLabelText(/SHA-256/), { target: { value: "abc" } });
    await fireEvent.click(dialog.getByRole("button", { name: "Download", hidden: true }));
    expect(dialog.getByText("A SHA-256 has 64 digits from 0 to f.")).toBeTruthy();
    await fireEvent.input(dialog.getByLabelText(/SHA-256/), { target: { value: "" } });
    await fireEvent.click(dialog.getByRole("button", { name: "Download", hidden: true }));
    await waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Downloaded tiny.gguf"));
    expect(inSettings().getByText("tiny.gguf")).toBeTruthy();
  });

  it("says beside its button why a download failed, until somebody has read it", async () => {
    const failure = { code: "WRONG_HASH", message: "The file that came is another one.", hint: null };
    const downloadModel = vi.fn(() => Promise.reject(failure));
    await open({}, { downloadModel } as unknown as Partial<FakeShell>);
    await fireEvent.click(inSettings().getByRole("button", { name: "Download from URL…" }));
    const dialog = within(screen.getByRole("dialog", { name: "Download a model", hidden: true }));
    await fireEvent.input(dialog.getByLabelText("URL"), {
      target: { value: "https://models.example/tiny.gguf" },
    });
    await fireEvent.click(dialog.getByRole("button", { name: "Download", hidden: true }));
    const note = within(await waitFor(() => inSettings().getByRole("alert")));
    expect(note.getByText(failure.message)).toBeTruthy();
    expect(toasts.list).toEqual([]);
    await fireEvent.click(note.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(downloadModel).toHaveBeenCalledTimes(2));
    await fireEvent.click(await waitFor(() => inSettings().getByRole("button", { name: "Dismiss" })));
    expect(inSettings().queryByRole("alert")).toBeNull();
  });

  it("changes how many jobs run at once", async () => {
    await open();
    await fireEvent.click(inSettings().getByRole("radio", { name: "2" }));
    await waitFor(() => expect(models.current?.jobs_at_once).toBe(2));
  });

  it("says why nothing can be written here at all", async () => {
    await open({ engine_problem: "This processor has no AVX2, which the embedded engine needs." });
    expect(inSettings().getByText(/no AVX2/)).toBeTruthy();
  });
});
