// The commands of jobs and their keys.
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { route, showJobs, showSettings } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import { timelineOf } from "$features/versions/timeline.svelte";
import type { AiJob, Subject } from "$lib/ipc";
import type { Command } from "$lib/keys/commands.svelte";
import {
  cancel,
  cancelAll,
  clearFinished,
  copyMarkdown,
  exportMarkdown,
  insertDocComments,
  remove,
  retry,
} from "./actions";
import { asked } from "./asked.svelte";
import { ask, askNew, writeAgain } from "./asking";
import { isOver, jobs } from "./jobs.svelte";

const clear = () => openedProject() !== undefined && (route.overlay === null || route.overlay === "palette");
const here = () => clear() && route.screen === "jobs";

/** The job that is meant: the one in front where jobs are in front, else the one that runs. */
function meant(suits: (job: AiJob) => boolean): AiJob | undefined {
  const project = openedProject();
  const front = here() && project ? jobs.inFront(project.id) : undefined;
  if (front) return suits(front) ? front : undefined;
  return jobs.list.find(suits);
}

const onJob = (
  id: string,
  title: string,
  icon: Command["icon"],
  suits: (job: AiJob) => boolean,
  run: (job: AiJob) => void | Promise<void>,
  extra: Partial<Command> = {},
): Command => ({
  id: `jobs.${id}`,
  title,
  group: "Jobs",
  ...(icon ? { icon } : {}),
  detail: () => meant(suits)?.title ?? "",
  run: () => {
    const job = meant(suits);
    return job ? run(job) : undefined;
  },
  ...extra,
  when: () => (extra.when?.() ?? here()) && meant(suits) !== undefined,
});

/** What the comparison in front compares, if it is of two versions. */
function comparedVersions(): { from: number; to: number } | null {
  const project = openedProject();
  if (!project || route.screen !== "versions") return null;
  const { sides } = timelineOf(project.id);
  return sides?.old.kind === "version" && sides.new.kind === "version"
    ? { from: sides.old.version, to: sides.new.version }
    : null;
}

/** The file in front of the reader. */
const fileInFront = () => (route.screen === "workspace" ? (readerSlot.recent?.()[0] ?? null) : null);

/** The symbol at the caret. */
function symbolInFront(): { subject: Subject; version: number | null } | null {
  const word = route.screen === "workspace" ? readerSlot.wordAtCaret?.() : null;
  if (!word || word.commit !== null) return null;
  return {
    subject: { kind: "SYMBOL", path: word.path, line: word.line, name: word.word },
    version: word.version,
  };
}

const about = (
  id: string,
  title: string,
  type: "DOCS" | "EXPLANATION",
  subject: () => { subject: Subject; version: number | null } | null,
): Command => ({
  id: `ai.${id}`,
  title,
  group: "Jobs",
  icon: type === "DOCS" ? "jobs" : "ask",
  when: () => clear() && subject() !== null,
  run: async () => {
    const [project, wanted] = [openedProject(), subject()];
    if (project && wanted) await ask(project.id, type, wanted.subject, wanted.version);
  },
});

const file = () => {
  const path = fileInFront();
  return path === null ? null : { subject: { kind: "FILE", path } as const, version: readerSlot.version };
};

export const jobCommands: readonly Command[] = [
  {
    id: "jobs.show",
    title: "Show jobs",
    group: "Jobs",
    icon: "jobs",
    when: clear,
    run: () => {
      asked.focus += 1;
      showJobs();
    },
  },
  {
    id: "jobs.new",
    title: "New job",
    group: "Jobs",
    keys: ["Ctrl+Shift+J"],
    icon: "plus",
    when: clear,
    detail: () => "Docs or an explanation",
    run: () => {
      const project = openedProject();
      if (project) askNew(project.id);
    },
  },
  {
    id: "jobs.queue",
    title: "Job queue",
    group: "Everywhere",
    keys: ["Ctrl+J"],
    icon: "rows",
    run: () => {
      jobs.queueOpen = !jobs.queueOpen;
    },
  },
  onJob("cancel", "Cancel the running job", "stop", (job) => !isOver(job), cancel, {
    keys: ["Ctrl+."],
    when: () => jobs.running.length > 0 || here(),
  }),
  {
    id: "jobs.cancelAll",
    title: "Cancel all jobs",
    group: "Jobs",
    icon: "stop",
    when: () => jobs.running.length + jobs.waiting.length > 0,
    run: cancelAll,
  },
  {
    id: "jobs.clear",
    title: "Clear finished jobs",
    group: "Jobs",
    icon: "x",
    when: () => jobs.list.some(isOver),
    run: clearFinished,
  },
  onJob(
    "again",
    "Write this again",
    "refresh",
    (job) => job.status === "SUCCESS",
    (job) => writeAgain(job.project_id, job.id, null),
  ),
  onJob("retry", "Try the job again", "refresh", (job) => job.status === "FAILED", retry),
  onJob("copy", "Copy the page as Markdown", "copy", (job) => job.has_page, copyMarkdown),
  onJob("export", "Export the page as Markdown", "ext", (job) => job.has_page, exportMarkdown),
  onJob(
    "docComments",
    "Insert the page as doc comments…",
    "pencil",
    (job) => job.job_type === "DOCS" && job.status === "SUCCESS" && job.model !== null,
    insertDocComments,
  ),
  onJob(
    "prompts",
    "Read the prompts of the job",
    "eye",
    (job) => job.model !== null,
    (job) => {
      asked.prompts = { kind: "job", jobId: job.id, title: job.title };
    },
  ),
  onJob("remove", "Remove the job from the list", "x", isOver, remove),
  about("docsProject", "Write docs for the project", "DOCS", () => ({
    subject: { kind: "PROJECT" },
    version: null,
  })),
  about("docsFile", "Write docs for this file", "DOCS", file),
  about("explainFile", "Explain this file", "EXPLANATION", file),
  about("docsSymbol", "Write docs for this symbol", "DOCS", symbolInFront),
  about("explainSymbol", "Explain this symbol", "EXPLANATION", symbolInFront),
  about("explainChanges", "Explain these changes", "EXPLANATION", () => {
    const compared = comparedVersions();
    return compared && { subject: { kind: "DIFF", ...compared, path: null }, version: null };
  }),
  {
    id: "models.show",
    title: "Models and endpoints",
    group: "Jobs",
    icon: "cpu",
    run: () => showSettings("models"),
  },
];
