// What can be done with one file of a comparison.
import { ask } from "$features/jobs/asking";
import type { Comparison } from "$features/diff/comparison.svelte";
import type { DiffFile, Side } from "$lib/ipc";
import type { MenuItem } from "$lib/ui/menuItem";
import { shownPath } from "$features/files/paths";
import { askRestore } from "./asked.svelte";
import type { Timeline } from "./timeline.svelte";
import { copyText, readAt, readAtCommit } from "./versionActions";

const versionOf = (side: Side): number | null => (side.kind === "version" ? side.version : null);

/** Opens a file in the reader as the newer side has it, a removed one as the older side had it. */
export function openOf(comparison: Comparison, file: DiffFile): (() => void) | null {
  const side = file.kind === "removed" ? comparison.old : comparison.new_;
  if (side.kind === "empty") return null;
  if (side.kind === "commit") return () => readAtCommit(side.commit, file.path);
  return () => readAt(versionOf(side), file.path);
}

export function fileActions(timeline: Timeline, comparison: Comparison, file: DiffFile): MenuItem[] {
  const items: MenuItem[] = [];
  const sides: [Side, string, boolean][] = [
    [comparison.new_, file.path, file.kind !== "removed"],
    [comparison.old, file.old_path ?? file.path, file.kind !== "added"],
  ];
  for (const [side, path, there] of sides) {
    if (!there || side.kind === "empty") continue;
    const version = versionOf(side);
    items.push({
      label: version === null ? "Open in the working copy" : `Open as of v${version}`,
      icon: "ext",
      run: () => readAt(version, path),
    });
  }
  for (const [side, path, there] of sides) {
    const version = versionOf(side);
    if (!there || version === null) continue;
    items.push({
      label: `Restore this file from v${version}…`,
      icon: "undo",
      separated: items.every((item) => !item.separated),
      run: () => askRestore(timeline.projectId, version, [path]),
    });
  }
  const [from, to] = [versionOf(comparison.old), versionOf(comparison.new_)];
  if (from !== null && to !== null)
    items.push({
      label: "Explain these changes",
      icon: "ask",
      separated: true,
      run: () =>
        void ask(timeline.projectId, "EXPLANATION", { kind: "DIFF", from, to, path: file.path }, null),
    });
  const card = comparison.card(file.index);
  if (card?.open && card.hasGaps)
    items.push({ label: "Show all lines", icon: "rows", separated: true, run: () => card.expandAll() });
  items.push({
    label: "Only this file",
    icon: "file",
    separated: true,
    run: () => (comparison.only = file.path),
  });
  items.push({
    label: "Copy path",
    icon: "copy",
    run: () => void copyText(shownPath(file.path), "Path copied"),
  });
  return items;
}
