// The screens of refactor jobs: ?screen=refactor (the list), refactor:r1 (a job), refactor:rename, refactor:move, refactor:replace,
// refactor:pattern, refactor:patch, refactor:anyway, refactor:undo, refactor:split, refactor-large, refactor-empty.
import { showRefactor } from "../src/features/frame/route.svelte";
import { openProject } from "../src/features/projects/projects.svelte";
import { asked } from "../src/features/refactor/asked.svelte";
import { askRenameAt } from "../src/features/refactor/asking";
import { refactors } from "../src/features/refactor/refactors.svelte";
import type { FakeShell } from "./fake";
import { largeProposal, refactorJob } from "./refactorSamples";

const projectId = "project-ferry";
const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** An undo whose files changed since. */
export const sampleUndo = {
  exact: false,
  files: [
    { path: "src/main.rs", new_path: null, state: "EXACT" as const, conflicts: [], reason: "" },
    { path: "src/manifest.rs", new_path: null, state: "MERGED" as const, conflicts: [], reason: "" },
    {
      path: "src/sync.rs",
      new_path: null,
      state: "CONFLICT" as const,
      conflicts: [
        {
          number: 0,
          line: 88,
          now: "    let manifest = read_manifest(&bytes, Limits::default())?;\n",
          back: "    let manifest = parse_manifest(&bytes)?;\n",
          left: "    let manifest = read_manifest(&bytes)?;\n",
        },
      ],
      reason: "",
    },
    {
      path: "web/src/api.ts",
      new_path: null,
      state: "GONE" as const,
      conflicts: [],
      reason: "is not there any more.",
    },
  ],
};

export async function showRefactorState(
  shell: FakeShell,
  name: string,
  detail: string | undefined,
): Promise<void> {
  openProject(projectId);
  await wait(600);
  const know = shell.refactorsKnow;
  if (name === "refactor-large") {
    const large = refactorJob("large", { edits: 10_000, files: 500, certain: 10_000, probable: 0, text: 0 });
    know.jobs = [large];
    know.known = { large: largeProposal(large) };
    await refactors.load();
    refactors.open(large);
  }
  if (name === "refactor-empty") {
    know.jobs = [];
    await refactors.load();
  }
  showRefactor();
  await wait(500);
  const job = refactors.find("r4");
  if (detail === "rename") await askRenameAt(projectId, { path: "src/manifest.rs", line: 20, column: 7 });
  else if (detail === "move") asked.question = { kind: "move", projectId, path: "src/walk/mod.rs" };
  else if (detail === "replace") asked.question = { kind: "replace", projectId, query: "parse_manifest" };
  else if (detail === "pattern") asked.question = { kind: "pattern", projectId };
  else if (detail === "patch") asked.question = { kind: "patch", projectId };
  else if (detail === "undo" && job) asked.question = { kind: "undo", job, plan: sampleUndo };
  else if (detail === "anyway" || detail === "split") {
    refactors.open({ id: detail === "split" ? "r1" : "r2", project_id: projectId });
    await wait(600);
    const wanted = detail === "split" ? '[data-key="tests/round_trip.rs#1"] [data-check]' : "";
    if (wanted) {
      document.querySelector<HTMLElement>('[data-row="CERTAIN:tests/round_trip.rs"]')?.click();
      await wait(400);
      document.querySelector<HTMLElement>(wanted)?.click();
    } else
      [...document.querySelectorAll<HTMLButtonElement>("#refactor button")]
        .find((button) => button.textContent?.includes("Apply anyway"))
        ?.click();
  } else if (detail?.startsWith("listed-")) refactors.choose({ id: detail.slice(7), project_id: projectId });
  else if (detail) refactors.open({ id: detail, project_id: projectId });
  await wait(800);
}
