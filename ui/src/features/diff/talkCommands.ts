// The commands about threads in comparisons, and their keys. They act on the comparison that has the focus.
import type { Command } from "$lib/keys/commands.svelte";

/** What a comparison on screen can do. */
export interface Talk {
  comment: () => void;
  step: (by: 1 | -1) => void;
  resolve: () => void;
  edit: () => void;
}

let active: Talk | null = null;

/** Acts from now on, until the returned function is called. */
export function talkHere(talk: Talk): () => void {
  active = talk;
  return () => {
    if (active === talk) active = null;
  };
}

const command = (
  id: string,
  title: string,
  key: string,
  icon: Command["icon"],
  run: (talk: Talk) => void,
): Command => ({
  id: `diff.${id}`,
  title,
  group: "Threads",
  keys: [key],
  scope: "diff",
  ...(icon ? { icon } : {}),
  when: () => active !== null && document.querySelector(".diff-view")?.checkVisibility?.() !== false,
  run: () => {
    if (active) run(active);
  },
});

export const talkCommands: readonly Command[] = [
  command("comment", "Comment on the chosen lines of the comparison", "C", "msg", (talk) => talk.comment()),
  command("nextThread", "Next thread of the comparison", "J", "down", (talk) => talk.step(1)),
  command("previousThread", "Previous thread of the comparison", "K", "up", (talk) => talk.step(-1)),
  command("resolveThread", "Resolve or reopen the thread of the comparison", "R", "check", (talk) =>
    talk.resolve(),
  ),
  command("editComment", "Edit my comment in the comparison", "E", "pencil", (talk) => talk.edit()),
];
