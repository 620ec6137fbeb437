// What can be done with a job.
import { SvelteSet } from "svelte/reactivity";
import { submit } from "$features/refactor/asking";
import { copyText } from "$features/versions/versionActions";
import { counted } from "$lib/format/numbers";
import { backend, type AiJob, type SentenceChoice } from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import type { JobPage } from "./jobPage.svelte";
import { jobs } from "./jobs.svelte";
import { typeWords } from "./words";

/** Something is under way for these jobs (their ids). */
export const busy = new SvelteSet<string>();

async function attempt(job: AiJob, work: () => Promise<unknown>): Promise<void> {
  if (busy.has(job.id)) return;
  busy.add(job.id);
  try {
    await work();
  } catch (thrown) {
    toastFailure(thrown);
  } finally {
    busy.delete(job.id);
  }
}

export const cancel = (job: AiJob) => attempt(job, () => backend().cancelAiJob(job.id));

export const retry = (job: AiJob) => attempt(job, () => backend().retryAiJob(job.id));

/** Takes a job off the list; Undo puts it back. */
export const remove = (job: AiJob) =>
  attempt(job, async () => {
    await backend().removeAiJobs([job.id]);
    jobs.drop([job.id]);
    toast({
      text: `Removed ${job.title}`,
      undo: async () => {
        await backend().restoreAiJobs([job.id]);
        await jobs.bringBack([job.id]);
        jobs.choose(job);
      },
    });
  });

/** Takes every job that ended off the list; Undo puts them back. */
export async function clearFinished(): Promise<void> {
  try {
    const ids = await backend().clearAiJobs();
    jobs.drop(ids);
    if (ids.length === 0) return;
    toast({
      text: `Cleared ${counted(ids.length, "job")}`,
      undo: async () => {
        await backend().restoreAiJobs(ids);
        await jobs.bringBack(ids);
      },
    });
  } catch (thrown) {
    toastFailure(thrown);
  }
}

export async function cancelAll(): Promise<void> {
  try {
    await backend().cancelAiJobs();
    await jobs.load();
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Moves a waiting job before the one above it. */
export async function moveUp(job: AiJob): Promise<void> {
  const { waiting } = jobs;
  const above = waiting[waiting.findIndex(({ id }) => id === job.id) - 1];
  if (!above) return;
  await attempt(job, async () => {
    await backend().moveAiJob(job.id, above.id);
    await jobs.load();
  });
}

export const copyMarkdown = (job: AiJob) =>
  attempt(job, async () => copyText(await backend().aiMarkdown(job.id), "Copied as Markdown"));

/** Writes the page to a Markdown file that the user chooses. */
export const exportMarkdown = (job: AiJob) =>
  attempt(job, async () => {
    const name = `${typeWords[job.job_type]} ${job.title}`.replaceAll(/[^\p{L}\p{N} ._-]+/gu, " ").trim();
    const target = await backend().pickNewFile("Export as Markdown", `${name}.md`);
    if (target === null) return;
    await backend().exportAiJob(job.id, target);
    toast({ text: `Exported ${job.title}`, hint: target });
  });

/** Proposes the prose of a page as doc comments of what it is about; nothing is written before somebody looked at it. */
export const insertDocComments = (job: AiJob) =>
  attempt(job, async () => {
    const refused = await submit(job.project_id, { kind: "DOC_COMMENTS", job_id: job.id });
    if (refused) toastFailure(refused);
  });

/** What is said of a choice, and what takes it back; choices that take something back are seen where they are made. */
const said: Partial<Record<SentenceChoice, { text: string; back: SentenceChoice }>> = {
  ACCEPT: { text: "Sentence accepted", back: "UNACCEPT" },
  REMOVE: { text: "Sentence taken out", back: "RESTORE" },
};

/** Keeps a sentence without a citation, takes it out, or takes either back. */
export async function choose(
  page: JobPage,
  slot: string,
  sentence: number,
  choice: SentenceChoice,
): Promise<void> {
  try {
    page.take(await backend().chooseSentence(page.jobId, slot, sentence, choice));
    const done = said[choice];
    if (done) toast({ text: done.text, undo: () => choose(page, slot, sentence, done.back) });
  } catch (thrown) {
    toastFailure(thrown);
  }
}
