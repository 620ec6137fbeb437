// Threads in words: their states, their places, and what became of those.
import { shownPath } from "$features/files/paths";
import type { IconName } from "$lib/ui/icons";
import type { ThreadAnchorEvent, ThreadCard, ThreadHere, ThreadPlace, ThreadState } from "$lib/ipc";

export type Tone = "exact" | "moved" | "edited" | "review" | "outdated";

interface StateWords {
  word: string;
  icon: IconName;
  /** Names its colours in the tokens. */
  tone: Tone;
  /** What it means, in a sentence. */
  meaning: string;
}

export const states: Record<ThreadState, StateWords> = {
  EXACT: { word: "Exact", icon: "anchor", tone: "exact", meaning: "The lines are as they were." },
  MOVED: { word: "Moved", icon: "moved", tone: "moved", meaning: "The same lines stand elsewhere now." },
  EDITED: { word: "Edited", icon: "pencil", tone: "edited", meaning: "The lines were changed." },
  NEEDS_REVIEW: {
    word: "Needs review",
    icon: "eye",
    tone: "review",
    meaning: "It may belong to one of several places.",
  },
  OUTDATED: { word: "Outdated", icon: "unlink", tone: "outdated", meaning: "The lines are gone." },
};

/** "Line 47", "Lines 3–9", "Whole file". */
export function lineWords(first: number, last: number): string {
  if (first === 0) return "Whole file";
  return last > first ? `Lines ${first}–${last}` : `Line ${first}`;
}

const numbers = ({ line_start: first, line_end: last }: ThreadPlace): string =>
  first === 0 ? "the whole file" : last > first ? `${first}–${last}` : String(first);

/** "src/sync.rs:41–58", "src/sync.rs" for a whole file, "the project" for no file. */
export function placeWords(place: ThreadPlace): string {
  if (place.path === "") return "the project";
  const path = shownPath(place.path);
  return place.line_start === 0 ? path : `${path}:${numbers(place)}`;
}

/** Where a thread stands in an open file: "Line 47", "Line 88 or 37" where it may be in two places. */
export function hereWords({ thread, state, line_start: first, line_end: last }: ThreadHere): string {
  const { candidates, origin, place } = thread;
  if (state === "NEEDS_REVIEW") {
    const [one, other] = candidates;
    const near = candidates.every((each) => each.place.path === place.path);
    if (!one) return "No place yet";
    const lead = lineWords(one.place.line_start, one.place.line_start);
    if (!other || !near) return candidates.length > 1 ? `${candidates.length} places` : lead;
    return candidates.length > 2
      ? `${lead} or ${candidates.length - 1} more`
      : `${lead} or ${other.place.line_start}`;
  }
  if (state === "OUTDATED") {
    return origin.line_start === 0
      ? "The file is gone"
      : `was ${lineWords(origin.line_start, origin.line_end).toLowerCase()}`;
  }
  return lineWords(first, last);
}

/** What a moved or edited thread's lines were numbered before; empty where that says nothing new. */
export function wasWords({ thread, state, line_start: first, line_end: last }: ThreadHere): string {
  const { origin, place } = thread;
  if (state !== "MOVED" && state !== "EDITED") return "";
  if (origin.path !== place.path) return "";
  return origin.line_start === first && origin.line_end === last ? "" : `was ${numbers(origin)}`;
}

/** The place in another file that a thread came from, if it did. */
export function cameFrom({ thread: { origin, place } }: ThreadHere): ThreadPlace | null {
  return origin.path !== place.path && place.path !== "" ? origin : null;
}

/** "from v40", "from 0f3c2a1". */
export function originWords({ origin_version: version, origin_commit: commit }: ThreadCard): string {
  if (version !== null) return `from v${version}`;
  return commit === null ? "" : `from ${commit.slice(0, 7)}`;
}

/** The accessible name of a thread: "Thread on line 47, exact, resolved". */
export function nameOfThread(here: ThreadHere): string {
  const { thread, state } = here;
  const place =
    here.line_start === 0 ? "the whole file" : lineWords(here.line_start, here.line_end).toLowerCase();
  const where = state === "OUTDATED" ? hereWords(here) : `on ${place}`;
  const marks = [
    states[state].word.toLowerCase(),
    ...(thread.resolved ? ["resolved"] : []),
    ...(thread.unread ? ["unread"] : []),
  ];
  return `Thread ${where}, ${marks.join(", ")}`;
}

/** The first words of a comment, without what is only there for its looks. */
export function firstWords(body: string, most = 200): string {
  const plain = body
    .replace(/^(`{3,}|~{3,})suggestion[^\n]*\n[\s\S]*?^\1\s*$/gm, "Suggestion")
    .replace(/^(`{3,}|~{3,})[^\n]*$/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`#>]+/g, "")
    .replace(/\\([[\]\\])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}

const events: Record<string, string> = {
  CREATED: "Written",
  FOLLOWED: "Followed",
  PLACED: "Placed by hand",
  REJECTED: "Said to be wrong",
  KEPT: "Kept as outdated",
  UNDONE: "Taken back",
};

const methods: Record<string, string> = {
  SAME_OBJECT: "the file had not changed",
  HUNK_MAP: "by what was changed around it",
  SAME_FILE: "found again in the file",
  RENAMED_FILE: "the file was renamed",
  OTHER_FILE: "found in another file",
  HAND: "somebody said so",
};

/** "Followed, found again in the file". */
export function eventWords({ event, method }: ThreadAnchorEvent): string {
  const said = events[event] ?? event;
  const how = event === "FOLLOWED" ? methods[method] : undefined;
  return how ? `${said}: ${how}` : said;
}

/** The letter or letters of an author's mark. */
export function initials(author: string): string {
  return [...author.trim()][0]?.toUpperCase() ?? "?";
}
