// What can be done with a commit, and with a file of one: the items of menus, shared with the palette.
import type { Comparison } from "$features/diff/comparison.svelte";
import { shownPath } from "$features/files/paths";
import { showVersions } from "$features/frame/route.svelte";
import { timelineOf } from "$features/versions/timeline.svelte";
import { copyText, readAt, readAtCommit } from "$features/versions/versionActions";
import { backend, type CommitCard, type DiffFile, type Side } from "$lib/ipc";
import type { MenuItem } from "$lib/ui/menuItem";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { askHistory } from "./asked.svelte";
import { shortId } from "./commitWords";
import type { Commits } from "./commits.svelte";
import { putView } from "./view.svelte";

/** Shows a version of Lectern's in the timeline. */
export function showVersion(projectId: string, version: number): void {
  timelineOf(projectId).pick(version);
  putView(projectId, "versions");
  showVersions();
}

/** Shows the commit that a message names, by however many of its digits. */
export async function showNamed(commits: Commits, id: string): Promise<void> {
  try {
    const { card } = await backend().commit(commits.projectId, id);
    commits.take({ kind: "commit", id: card.id });
  } catch (thrown) {
    toastFailure(thrown);
  }
}

export function copyId(id: string): Promise<void> {
  return copyText(id, "Commit id copied");
}

export function commitActions(commits: Commits, card: CommitCard): MenuItem[] {
  const { version } = card;
  return [
    {
      label: "Compare with the working copy",
      icon: "cols",
      run: () => {
        commits.pick(card.id);
        commits.compareFolder();
      },
    },
    {
      label: commits.isPicked(card.id) ? "Let go of it for comparing" : "Compare with the picked commit",
      icon: "versions",
      chord: "Space",
      run: () => commits.pickToo(card.id),
    },
    ...(version === null
      ? []
      : [
          {
            label: `Show version ${version}`,
            icon: "versions" as const,
            run: () => showVersion(commits.projectId, version),
          },
        ]),
    {
      label: "List the commits from here",
      icon: "branch",
      separated: true,
      run: () => askHistory({ reference: card.id, path: commits.query.path }),
    },
    { label: "Copy the commit id", icon: "copy", run: () => void copyId(card.id) },
    {
      label: "Copy the first line of the message",
      icon: "copy",
      run: () => void copyText(card.summary, "Message copied"),
    },
  ];
}

const openAt = (side: Side, path: string): [string, () => void] | null => {
  if (side.kind === "commit")
    return [`Open as of ${shortId(side.commit)}`, () => readAtCommit(side.commit, path)];
  if (side.kind === "version") return [`Open as of v${side.version}`, () => readAt(side.version, path)];
  return side.kind === "working_tree" ? ["Open in the working copy", () => readAt(null, path)] : null;
};

/** What can be done with one file of a comparison of commits. */
export function commitFileActions(comparison: Comparison, file: DiffFile): MenuItem[] {
  const items: MenuItem[] = [];
  const sides: [Side, string, boolean][] = [
    [comparison.new_, file.path, file.kind !== "removed"],
    [comparison.old, file.old_path ?? file.path, file.kind !== "added"],
  ];
  for (const [side, path, there] of sides) {
    const found = there ? openAt(side, path) : null;
    if (found) items.push({ label: found[0], icon: "ext", run: found[1] });
  }
  const inFolder = [comparison.old, comparison.new_].some((side) => side.kind === "working_tree");
  if (!inFolder && file.kind !== "removed")
    items.push({ label: "Open in the working copy", icon: "read", run: () => readAt(null, file.path) });
  items.push({
    label: "History of this file",
    icon: "clock",
    separated: true,
    run: () => askHistory({ path: file.path }),
  });
  const card = comparison.card(file.index);
  if (card?.open && card.hasGaps)
    items.push({ label: "Show all lines", icon: "rows", run: () => card.expandAll() });
  items.push({ label: "Only this file", icon: "file", run: () => (comparison.only = file.path) });
  items.push({
    label: "Copy path",
    icon: "copy",
    run: () => void copyText(shownPath(file.path), "Path copied"),
  });
  return items;
}
