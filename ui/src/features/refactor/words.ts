// How refactor jobs and what they propose are said.
import { counted } from "$lib/format/numbers";
import type { RefactorApplied, RefactorJob, RefactorKind } from "$lib/ipc";
import type { IconName } from "$lib/ui/icons";
import type { Section } from "./choices";
import { isCancelled } from "./refactors.svelte";

export { certaintyIcon, certaintyTone, certaintyWords } from "$lib/format/certainty";

/** Why the places of a group are in it. One reason for all of them is said itself. */
export function sectionHint({ certainty, reasons }: Section, kind: RefactorKind): string {
  const only = reasons.length === 1 && reasons[0] ? `${sentence(reasons[0])} ` : "";
  if (kind === "DOC_COMMENTS") return `${only || "Prose by a model. "}Read before keeping.`;
  if (certainty === "PROBABLE")
    return only ? `${only}Read before keeping.` : "They may mean the same. Read before keeping.";
  if (certainty === "TEXT")
    return kind === "RENAME_SYMBOL" ? "Same word, no effect on what compiles." : "In comments and strings.";
  if (kind === "RENAME_SYMBOL") return "They are bound to this symbol by the rules of the language.";
  if (kind === "MOVE") return "What is moved, and what names it.";
  return only.trim() || "They are what was asked for.";
}

/** A reason as a sentence. */
export function sentence(reason: string): string {
  const text = reason.trim();
  // A path or a name is not written otherwise at the beginning of a sentence.
  const begun = /^\p{Ll}+(?=\s|$)/u.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) || begun === "" ? begun : `${begun}.`;
}

/** "src/sync.rs" as its name and its folder. */
export function nameAndFolder(path: string): { name: string; folder: string } {
  const at = path.lastIndexOf("/");
  return { name: path.slice(at + 1), folder: path.slice(0, Math.max(0, at)) };
}

export interface StateWords {
  text: string;
  tone: "plain" | "ok" | "warn" | "bad" | "acc";
  icon: IconName;
}

export function stateWords(job: RefactorJob): StateWords {
  switch (job.status) {
    case "QUEUED":
      return { text: "Waiting", tone: "plain", icon: "clock" };
    case "RUNNING":
      return { text: job.progress.phase || "Looking for places", tone: "acc", icon: "load" };
    case "APPLYING":
      return { text: job.progress.phase || "Writing", tone: "acc", icon: "load" };
    case "PROPOSED":
      return job.stale
        ? { text: "Files changed since", tone: "warn", icon: "warn" }
        : { text: "To review", tone: "acc", icon: "eye" };
    case "APPLIED":
      return { text: "Applied", tone: "ok", icon: "check" };
    case "UNDONE":
      return { text: "Taken back", tone: "plain", icon: "undo" };
    case "DISCARDED":
      return { text: "Discarded", tone: "plain", icon: "x" };
    case "FAILED":
      return isCancelled(job)
        ? { text: "Cancelled", tone: "plain", icon: "stop" }
        : { text: "Failed", tone: "bad", icon: "bad" };
  }
}

/** The second line of a row in the list. */
export function rowWords(job: RefactorJob): string {
  const state = stateWords(job).text;
  const { done, total } = job.progress;
  if (job.status === "RUNNING" || job.status === "APPLYING")
    return total > 0 ? `${state}, ${done} of ${total}` : state;
  if (job.status === "FAILED") return job.error && !isCancelled(job) ? job.error.message : state;
  if (job.status === "APPLIED" && job.applied)
    return `${state}, ${counted(job.applied.edits, "change")} in ${counted(job.applied.files, "file")}`;
  if (job.status === "QUEUED") return state;
  return `${state}, ${counted(job.edits, "change")} in ${counted(job.files, "file")}`;
}

/** "12 of 13 changes in 6 files". */
export function totalWords({ taken, all, files }: { taken: number; all: number; files: number }): string {
  const of = taken === all ? counted(all, "change") : `${taken} of ${counted(all, "change")}`;
  return `${of} in ${counted(files, "file")}`;
}

const done: Record<RefactorKind, string> = {
  RENAME_SYMBOL: "Renamed",
  MOVE: "Moved, with changes",
  REPLACE_TEXT: "Replaced",
  REPLACE_PATTERN: "Replaced",
  SUGGESTION: "Suggestion applied",
  DOC_COMMENTS: "Doc comments added",
  PATCH: "Patch applied",
};

export const doneWords = (kind: RefactorKind, applied: RefactorApplied): string =>
  `${done[kind]} in ${counted(applied.files, "file")}`;

/** What became of threads: "6 threads moved with their lines, none lost their place." */
export function threadWords({ threads_moved, threads_lost }: RefactorApplied): string {
  if (threads_moved + threads_lost === 0) return "";
  const lost = threads_lost === 0 ? "none lost their place" : `${threads_lost} need a look`;
  return `${counted(threads_moved, "thread")} moved with their lines, ${lost}.`;
}

/** Why a name can't be the new one, as far as the window can tell. */
export function nameProblem(name: string, old: string): string | null {
  const typed = name.trim();
  if (typed === "") return "A name is needed.";
  if (typed === old) return "That is its name already.";
  // `r#type`: a reserved word as a name, in Rust.
  if (!/^(?:r#)?[\p{L}\p{Nl}_$#'@][\p{L}\p{Nl}\p{N}\p{M}_$]*[?!]?$/u.test(typed))
    return "A name is made of letters, digits and underscores, and does not begin with a digit.";
  return null;
}

/** Why a path can't be the new one, as far as the window can tell. */
export function pathProblem(path: string, old: string): string | null {
  const typed = path.trim();
  if (typed === "") return "A path is needed.";
  if (typed === old) return "That is where it is already.";
  if (typed.startsWith("/") || /^[A-Za-z]:/.test(typed) || typed.includes("\\"))
    return "Write it from the root of the project, with /.";
  if (typed.split("/").some((part) => part === "" || part === "." || part === ".."))
    return "A part of the path is empty, . or ..";
  return null;
}

/** What somebody typed as patterns of files: one each line or after a comma. */
export const globsOf = (typed: string): string[] =>
  typed
    .split(/[\n,]/)
    .map((glob) => glob.trim())
    .filter((glob) => glob !== "");

/** What patterns can be written in. */
export const patternLanguages = [
  "Rust",
  "TypeScript",
  "TSX",
  "JavaScript",
  "Python",
  "Go",
  "Java",
  "C",
  "C++",
  "CSS",
  "HTML",
] as const;
