// Jobs in words.
import { count, counted } from "$lib/format/numbers";
import type { AiJob, AiProgress, Citation, EndpointCard, JobType, Subject } from "$lib/ipc";
import type { IconName } from "$lib/ui/icons";
import { isCancelled, jobs } from "./jobs.svelte";

export const typeWords: Record<JobType, string> = { DOCS: "Docs", EXPLANATION: "Explanation" };

/** What a job is about: `src/sync.rs`, `plan in src/sync.rs`, `v41 to v42`. */
export function subjectWords(subject: Subject): string {
  switch (subject.kind) {
    case "PROJECT":
      return "the whole project";
    case "FOLDER":
      return `${subject.path}/`;
    case "FILE":
      return subject.path;
    case "SYMBOL":
      return `${subject.name} in ${subject.path}`;
    case "SELECTION":
      return placeWords(subject.path, subject.line_start, subject.line_end);
    case "DIFF": {
      const versions = `v${subject.from} to v${subject.to}`;
      return subject.path === null ? versions : `${versions}, ${subject.path}`;
    }
  }
}

/** `src/sync.rs:41-58`. */
export function placeWords(path: string, first: number, last: number): string {
  return first === last ? `${path}:${first}` : `${path}:${first}-${last}`;
}

/** The same, no longer than so many characters: folders go first. */
export function shortPlace({ path, line_start, line_end }: Citation, most = 22): string {
  const whole = placeWords(path, line_start, line_end);
  if (whole.length <= most) return whole;
  const parts = whole.split("/");
  let short = parts.pop() ?? whole;
  while (parts.length > 0) {
    const next = `${parts.pop() ?? ""}/${short}`;
    if (next.length + 2 > most) break;
    short = next;
  }
  return `…/${short}`;
}

/** For those who hear it: `src/sync.rs, lines 41 to 58`. */
export function spokenPlace({
  path,
  line_start,
  line_end,
}: Pick<Citation, "path" | "line_start" | "line_end">): string {
  return line_start === line_end
    ? `${path}, line ${line_start}`
    : `${path}, lines ${line_start} to ${line_end}`;
}

/** "about 40 s left", "about 3 min left". */
export function leftWords(seconds: number): string {
  if (seconds < 1) return "nearly done";
  if (seconds < 90) return `about ${seconds < 10 ? seconds : Math.ceil(seconds / 5) * 5} s left`;
  return seconds < 5400
    ? `about ${Math.round(seconds / 60)} min left`
    : `about ${Math.round(seconds / 3600)} h left`;
}

/** "Section 4 of 6": the one that is written now; "214 of 980 files" while they are read. Empty before their number is known. */
export function sectionWords({ phase, done, total, section_number = 0, sections = 0 }: AiProgress): string {
  if (total === 0) return "";
  if (phase === "GATHERING") return `${count(done)} of ${counted(total, "file")}`;
  return sections === 0 ? "" : `Section ${count(Math.min(section_number, sections))} of ${count(sections)}`;
}

const phases = {
  WAITING: "Starting",
  GATHERING: "Reading the code",
  LOADING: "Loading the model",
  READING: "Reading the prompt",
  WRITING: "Writing",
} as const;

/** What a running job does, in a word or two. */
export const phaseWords = (job: AiJob): string => phases[job.progress.phase];

/** "31 tokens/s", "6.1 tokens/s". */
export function speedWords(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tokens/s`;
}

/** "Section 4 of 6, 31 tokens/s, about 40 s left". */
export function progressWords({ progress }: AiJob): string {
  const { phase, tokens_per_second: speed, seconds_left: left } = progress;
  const words = [sectionWords(progress)];
  if (phase === "WRITING" && speed) words.push(speedWords(speed));
  if (left !== null && progress.total > 0) words.push(leftWords(left));
  return words.filter(Boolean).join(", ");
}

/** Of one that waits: "starts next", "3 before it". */
export function turnWords(job: AiJob): string {
  const next = job.ahead === 0 || jobs.waiting[0]?.id === job.id;
  return next ? "starts next" : `${count(job.ahead)} before it`;
}

/** The second line of a job in a list. */
export function rowWords(job: AiJob): string {
  switch (job.status) {
    case "RUNNING":
      return job.progress.phase === "GATHERING" || job.progress.total === 0
        ? [phaseWords(job), sectionWords(job.progress)].filter(Boolean).join(", ")
        : sectionWords(job.progress) || phaseWords(job);
    case "QUEUED":
      return `Waiting, ${turnWords(job)}`;
    case "FAILED":
      if (isCancelled(job)) return cancelledWords(job);
      return job.error?.message ?? "Failed";
    case "SUCCESS":
      return resultWords(job);
  }
}

/** "Cancelled after 2 of 4 sections". */
function cancelledWords({ has_page, progress: { done, section_number = 0, sections = 0 } }: AiJob): string {
  if (!has_page || done === 0) return "Cancelled before anything was written";
  if (sections === 0) return "Cancelled before all was written";
  if (section_number <= 1) return `Cancelled in the first of ${counted(sections, "section")}`;
  return `Cancelled after ${count(section_number - 1)} of ${counted(sections, "section")}`;
}

/** "v41, 11 citations". */
function resultWords(job: AiJob): string {
  const words = [`v${job.version}`];
  words.push(job.model === null ? "facts only" : counted(job.citations, "citation"));
  if (job.uncited > 0) words.push(`${count(job.uncited)} uncited`);
  return words.join(", ");
}

export interface JobState {
  icon: IconName;
  tone: "plain" | "ok" | "warn" | "bad" | "acc";
  word: string;
  spin?: boolean;
}

/** A job's state, drawn and in a word. */
export function stateOf(job: AiJob): JobState {
  switch (job.status) {
    case "RUNNING":
      return { icon: "load", tone: "acc", word: phaseWords(job), spin: true };
    case "QUEUED":
      return { icon: "clock", tone: "plain", word: "Waiting" };
    case "SUCCESS":
      return job.uncited > 0
        ? { icon: "warn", tone: "warn", word: "Done, check it" }
        : { icon: "okc", tone: "ok", word: "Done" };
    case "FAILED":
      return isCancelled(job)
        ? { icon: "stop", tone: "plain", word: "Cancelled" }
        : { icon: "bad", tone: "bad", word: "Failed" };
  }
}

/** "AI (SmolLM2 135M) on this computer", "AI (qwen3) at 192.168.1.20". */
export function writerWords(model: string, endpoint: string | null): string {
  return `AI (${model}) ${endpoint === null ? "on this computer" : `at ${endpoint}`}`;
}

/** What runs a job: "This computer, CPU, 2 threads", "Endpoint 192.168.1.20:8080". */
export function whereWords({ endpoint, progress }: AiJob): string {
  if (endpoint !== null) return `Endpoint ${hostOf(endpoint)}`;
  return !progress.computes ? "This computer" : `This computer, ${progress.computes}`;
}

/** What an endpoint gets to see, and where that is. */
export function sendsWords(endpoint: Pick<EndpointCard, "url" | "this_computer">): string {
  return endpoint.this_computer
    ? `Another program on this computer reads the code: ${hostOf(endpoint.url)}.`
    : `Sends code to ${hostOf(endpoint.url)}.`;
}

/** `192.168.1.20:8080`. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
