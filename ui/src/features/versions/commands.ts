// The commands of the versions screen and their keys.
import { route } from "$features/frame/route.svelte";
import { verifyEvery } from "$features/sync/verify.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import { asked } from "./asked.svelte";
import type { Timeline } from "./timeline.svelte";
import { versionActions } from "./versionActions";

/** What the commands need of the screen. */
export interface VersionsScreenParts {
  hunk(step: 1 | -1): void;
  focusTimeline(): void;
  focusFilter(): void;
  toggleLayout(): void;
  setAll(open: boolean): void;
}

/** Titles of a version's actions where no menu stands beside it. */
const titles: Record<string, [string, Command["icon"]]> = {
  read: ["Read the tree at this version", "read"],
  compareFolder: ["Compare this version with the working copy", "cols"],
  comparePrevious: ["Compare this version with the one before", "versions"],
  label: ["Label this version", "pencil"],
  pin: ["Pin or unpin this version", "anchor"],
  verify: ["Verify this version", "seal"],
  restore: ["Restore this version", "undo"],
  export: ["Export this version", "ext"],
  copy: ["Copy the version reference", "copy"],
};

export function versionCommands(timeline: Timeline, screen: VersionsScreenParts): Command[] {
  const here = () => route.screen === "versions" && route.projectId === timeline.projectId;
  /** The version that has the focus, else the newer side. */
  const current = () => {
    const { focused, sides } = timeline;
    if (typeof focused === "number") return timeline.card(focused);
    const side = [sides?.new, sides?.old].find((one) => one?.kind === "version");
    return side?.kind === "version" ? timeline.card(side.version) : undefined;
  };
  const onVersion = Object.entries(titles).map(([id, [title, icon]]): Command => ({
    id: `version.${id}`,
    title,
    group: "Versions",
    ...(icon ? { icon } : {}),
    ...(id === "label" ? { keys: ["F2"], scope: "timeline" as const } : {}),
    when: () => here() && current() !== undefined,
    detail: () => `v${current()?.version ?? ""}`,
    run: () => {
      const card = current();
      if (card)
        versionActions(timeline, card)
          .find((action) => action.id === id)
          ?.run();
    },
  }));
  const listed = (id: string, title: string, keys: string[]): Command => ({
    id,
    title,
    group: "Versions",
    keys,
    hidden: true,
  });
  return [
    ...onVersion,
    listed("timeline.move", "Move in the timeline", ["Up"]),
    listed("timeline.toggle", "Set or let go side A or B", ["Space"]),
    listed("timeline.open", "Compare with the version before", ["Enter"]),
    {
      id: "diff.nextHunk",
      title: "Next change",
      group: "Versions",
      keys: ["N"],
      scope: "diff",
      icon: "down",
      when: here,
      run: () => screen.hunk(1),
    },
    {
      id: "diff.previousHunk",
      title: "Previous change",
      group: "Versions",
      keys: ["P"],
      scope: "diff",
      icon: "up",
      when: here,
      run: () => screen.hunk(-1),
    },
    {
      id: "diff.swap",
      title: "Swap the sides",
      group: "Versions",
      icon: "swap",
      when: () => here() && timeline.sides !== null,
      run: () => timeline.swap(),
    },
    {
      id: "diff.layout",
      title: "Turn between side by side and unified",
      group: "Versions",
      icon: "cols",
      when: here,
      run: () => screen.toggleLayout(),
    },
    {
      id: "diff.collapse",
      title: "Collapse all files",
      group: "Versions",
      icon: "rows",
      when: here,
      run: () => screen.setAll(false),
    },
    {
      id: "diff.expand",
      title: "Expand all files",
      group: "Versions",
      icon: "rows",
      when: here,
      run: () => screen.setAll(true),
    },
    {
      id: "versions.filter",
      title: "Filter versions",
      group: "Versions",
      keys: ["Ctrl+F"],
      icon: "filter",
      when: here,
      run: () => screen.focusFilter(),
    },
    {
      id: "versions.focus",
      title: "Go to the timeline",
      group: "Versions",
      keys: ["Ctrl+Shift+E"],
      icon: "versions",
      when: here,
      run: () => screen.focusTimeline(),
    },
    {
      id: "versions.verifyAll",
      title: "Verify every version",
      group: "Versions",
      icon: "seal",
      when: () => route.projectId === timeline.projectId && timeline.versions.length > 0,
      run: () => verifyEvery(timeline.projectId),
    },
    {
      id: "versions.applied",
      title: "Show applied changes",
      group: "Versions",
      icon: "undo",
      when: () => route.projectId === timeline.projectId,
      run: () => void (asked.applied = true),
    },
  ];
}
