// Which of a file's threads are listed beside it.
import type { ThreadHere, ThreadState } from "$lib/ipc";

export interface HereChoice {
  /** Only those in one of these states; all when empty. */
  states: readonly ThreadState[];
  which: "all" | "open" | "resolved";
  /** "" for anybody, "me", "ai", or a name. */
  author: string;
  unread: boolean;
  /** Part of a comment. */
  text: string;
}

export const everything: HereChoice = { states: [], which: "all", author: "", unread: false, text: "" };

export const isEverything = (choice: HereChoice): boolean =>
  choice.states.length === 0 && choice.which === "all" && !choice.author && !choice.unread && !choice.text;

function isBy({ thread }: ThreadHere, author: string): boolean {
  if (author === "") return true;
  return thread.comments.some((comment) =>
    author === "me"
      ? comment.mine
      : author === "ai"
        ? comment.author_type === "AI"
        : comment.author === author,
  );
}

export function choose(list: readonly ThreadHere[], choice: HereChoice): readonly ThreadHere[] {
  if (isEverything(choice)) return list;
  const text = choice.text.trim().toLowerCase();
  return list.filter((here) => {
    const { thread, state } = here;
    if (choice.states.length > 0 && !choice.states.includes(state)) return false;
    if (choice.which !== "all" && thread.resolved !== (choice.which === "resolved")) return false;
    if (choice.unread && !thread.unread) return false;
    if (text && !thread.comments.some(({ body }) => body.toLowerCase().includes(text))) return false;
    return isBy(here, choice.author);
  });
}

/** The authors of a list who are neither the user nor an AI, for the menu. */
export function authorsOf(list: readonly ThreadHere[]): string[] {
  const names = new Set<string>();
  for (const { thread } of list)
    for (const { author, author_type, mine } of thread.comments)
      if (!mine && author_type !== "AI") names.add(author);
  return [...names].sort((one, other) => one.localeCompare(other));
}
