// Which threads the screen lists: what was chosen, kept for each project on this computer.
import type { ThreadFilter, ThreadState } from "$lib/ipc";

export type Resolved = "open" | "resolved" | "all";

/** What is chosen in the head of the screen. */
export interface Choice {
  /** Only those of the file that is read. */
  ofFile: boolean;
  /** Only these states; all when empty. */
  states: ThreadState[];
  resolved: Resolved;
  /** "me", "ai", a name, or "" for all. */
  author: string;
  unread: boolean;
  text: string;
  latestFirst: boolean;
}

export const plainChoice: Choice = {
  ofFile: false,
  states: [],
  resolved: "open",
  author: "",
  unread: false,
  text: "",
  latestFirst: false,
};

const states: readonly ThreadState[] = ["EXACT", "MOVED", "EDITED", "NEEDS_REVIEW", "OUTDATED"];

/** What the shell is asked for; `path` is the file that is read, if one is. */
export function toFilter(choice: Choice, path: string | null): ThreadFilter {
  return {
    path: choice.ofFile ? path : null,
    states: choice.states,
    resolved: choice.resolved === "all" ? null : choice.resolved === "resolved",
    author: choice.author || null,
    unread: choice.unread,
    text: choice.text.trim(),
    latest_first: choice.latestFirst,
  };
}

const key = (projectId: string) => `lectern.threads.${projectId}`;

/** What was chosen last; a search begins anew. Anything missing or wrong is as if nobody chose. */
export function storedChoice(projectId: string): Choice {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key(projectId)) ?? "null");
    if (typeof found !== "object" || found === null) return { ...plainChoice };
    const stored = found as Partial<Record<keyof Choice, unknown>>;
    const resolved = (["open", "resolved", "all"] as const).find((one) => one === stored.resolved);
    return {
      ofFile: stored.ofFile === true,
      states: Array.isArray(stored.states)
        ? states.filter((one) => (stored.states as unknown[]).includes(one))
        : [],
      resolved: resolved ?? plainChoice.resolved,
      author: typeof stored.author === "string" ? stored.author : "",
      unread: stored.unread === true,
      text: "",
      latestFirst: stored.latestFirst === true,
    };
  } catch {
    return { ...plainChoice };
  }
}

export function storeChoice(projectId: string, { text: _, ...choice }: Choice): void {
  try {
    localStorage.setItem(key(projectId), JSON.stringify(choice));
  } catch {
    // Without storage the choice lasts as long as the window.
  }
}
