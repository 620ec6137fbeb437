// The commands of the list of commits and of the branches, with their keys.
import { diffLayout, keepLayout } from "$features/diff/layout.svelte";
import { route } from "$features/frame/route.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import { copyId } from "./commitActions";
import type { Commits } from "./commits.svelte";

/** What the commands need of the screen. */
export interface CommitsScreenParts {
  hunk(step: 1 | -1): void;
  focusList(): void;
  focusFilter(): void;
}

export function commitCommands(commits: Commits, screen: CommitsScreenParts): Command[] {
  const here = () => route.screen === "versions" && route.projectId === commits.projectId;
  const onCommit = () => here() && commits.picked !== null;
  const listed = (id: string, title: string, keys: string[]): Command => ({
    id,
    title,
    group: "History",
    keys,
    hidden: true,
  });
  const command = (
    id: string,
    title: string,
    icon: NonNullable<Command["icon"]>,
    run: () => void,
    extra: Partial<Command> = {},
  ): Command => ({ id, title, group: "History", icon, when: here, run, ...extra });
  return [
    listed("commits.move", "Move among the commits", ["Up"]),
    listed("commits.toggle", "Pick a second commit to compare", ["Space"]),
    listed("commits.open", "Show what the commit changed", ["Enter"]),
    listed("commits.search", "Filter commits, from the list", ["/"]),
    command("diff.nextHunk", "Next change", "down", () => screen.hunk(1), { keys: ["N"], scope: "diff" }),
    command("diff.previousHunk", "Previous change", "up", () => screen.hunk(-1), {
      keys: ["P"],
      scope: "diff",
    }),
    command("diff.layout", "Turn between side by side and unified", "cols", () =>
      keepLayout(diffLayout.chosen === "split" ? "unified" : "split"),
    ),
    command("diff.swap", "Swap the sides", "swap", () => commits.swap(), {
      when: () => here() && commits.pair !== null,
    }),
    command("diff.collapse", "Collapse all files", "rows", () => commits.comparison?.setAll(false)),
    command("diff.expand", "Expand all files", "rows", () => commits.comparison?.setAll(true)),
    command("commits.filter", "Filter commits", "filter", () => screen.focusFilter(), { keys: ["Ctrl+F"] }),
    command("commits.focus", "Go to the commits", "branch", () => screen.focusList(), {
      keys: ["Ctrl+Shift+E"],
    }),
    command("commits.refresh", "Read the commits again", "refresh", () => commits.refresh()),
    command("commits.stop", "Stop looking for commits", "stop", () => void commits.list?.halt(), {
      when: () => here() && commits.list?.done === false,
    }),
    command(
      "commit.compareFolder",
      "Compare this commit with the working copy",
      "cols",
      () => commits.compareFolder(),
      { when: onCommit },
    ),
    command("commit.copy", "Copy the commit id", "copy", () => void copyId(commits.picked ?? ""), {
      when: onCommit,
    }),
  ];
}
