import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import { fakeShell, type FakeShell } from "../../../../dev/fake";
import { provideBackend, type AiPlan, type AiRequest } from "$lib/ipc";
import type { PromptsQuestion } from "../asked.svelte";
import PromptsDialog from "./PromptsDialog.svelte";

const request = (path: string): AiRequest => ({
  job_type: "DOCS",
  subject: { kind: "FILE", path },
  version: null,
  model: null,
  no_prose: false,
});
const question = (path: string): PromptsQuestion => ({
  kind: "plan",
  projectId: "p",
  request: request(path),
});
const empty: AiPlan = { title: "a", model: "Small", endpoint: null, prompts: [], total: 0, files: [] };

/** Plans that are under way, in the order they were asked for. */
function plans() {
  const begun: { task: string; end: (plan: AiPlan) => void }[] = [];
  const cancelled: string[] = [];
  const overrides: Partial<FakeShell> = {
    aiPlan: (task) => new Promise((end) => begun.push({ task, end })),
    cancelTask: (task) => {
      cancelled.push(task);
      return Promise.resolve(null);
    },
  };
  provideBackend(fakeShell(overrides));
  return { begun, cancelled };
}

afterEach(cleanup);

describe("what would be asked", () => {
  it("is given up when the dialog is closed", async () => {
    const { begun, cancelled } = plans();
    const dialog = render(PromptsDialog, { question: question("a.rs") });
    await waitFor(() => expect(begun).toHaveLength(1));
    expect(cancelled).toEqual([]);
    dialog.unmount();
    expect(cancelled).toEqual([begun[0]?.task]);
  });

  it("is given up when something else is asked about, and its late answer is not shown", async () => {
    const { begun, cancelled } = plans();
    const dialog = render(PromptsDialog, { question: question("a.rs") });
    await waitFor(() => expect(begun).toHaveLength(1));
    await dialog.rerender({ question: question("b.rs") });
    await waitFor(() => expect(begun).toHaveLength(2));
    expect(cancelled).toEqual([begun[0]?.task]);
    begun[0]?.end({ ...empty, total: 77 });
    begun[1]?.end({ ...empty, total: 1 });
    await waitFor(() => expect(screen.getByText(/^1 prompt/)).toBeTruthy());
    expect(screen.queryByText(/77 prompts/)).toBeNull();
  });

  it("is not cancelled once it is there", async () => {
    const { begun, cancelled } = plans();
    const dialog = render(PromptsDialog, { question: question("a.rs") });
    await waitFor(() => expect(begun).toHaveLength(1));
    begun[0]?.end(empty);
    await waitFor(() => expect(screen.getByText("No model would be asked anything.")).toBeTruthy());
    dialog.unmount();
    expect(cancelled).toEqual([]);
  });
});
