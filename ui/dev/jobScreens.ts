// The screens of jobs: ?screen=jobs, jobs:queue, jobs:new, jobs:prompts, jobs:plan, jobs:allow, jobs:j4 (a job), jobs-large, models.
import { showJobs, showSettings } from "../src/features/frame/route.svelte";
import { asked } from "../src/features/jobs/asked.svelte";
import { askNew, submit } from "../src/features/jobs/asking";
import { jobs } from "../src/features/jobs/jobs.svelte";
import { openProject } from "../src/features/projects/projects.svelte";
import type { FakeShell } from "./fake";
import { largePage } from "./jobPages";

const PROJECT = "project-ferry";
const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export async function showJobsState(
  shell: FakeShell,
  name: string,
  detail: string | undefined,
): Promise<void> {
  openProject(PROJECT);
  await wait(600);
  if (name === "models") return showSettings("models");
  if (name === "jobs-large" && shell.jobsKnow) shell.jobsKnow.pages.j4 = largePage(4_000, 40_000);
  showJobs();
  await wait(700);
  if (name === "jobs-large") jobs.choose({ id: "j4", project_id: PROJECT });
  else
    shell.say.aiText({
      job_id: "j1",
      slot: "writing",
      text: "The new manifest is written to a temporary file, then renamed. [2]\nA crash between the two steps leaves",
    });
  if (detail === "queue") jobs.queueOpen = true;
  else if (detail === "new") askNew(PROJECT);
  else if (detail === "prompts")
    asked.prompts = { kind: "job", jobId: "j4", title: "How ferry syncs a folder" };
  else if (detail === "plan")
    asked.prompts = {
      kind: "plan",
      projectId: PROJECT,
      request: {
        job_type: "DOCS",
        subject: { kind: "PROJECT" },
        version: null,
        model: null,
        no_prose: false,
      },
    };
  else if (detail === "allow")
    await submit(PROJECT, {
      job_type: "DOCS",
      subject: { kind: "PROJECT" },
      version: null,
      model: "e1",
      no_prose: false,
    });
  else if (detail === "peek") {
    jobs.choose({ id: "j4", project_id: PROJECT });
    await wait(500);
    document.querySelector<HTMLElement>("#jobs .side .cite")?.focus();
    await wait(500);
  } else if (detail) jobs.choose({ id: detail, project_id: PROJECT });
  await wait(700);
}
