// What the window says about the files of a comparison.
import type { DiffFile, DiffSummary, Side } from "$lib/ipc";
import { bytes, count, counted } from "$lib/format/numbers";
import { shownPath } from "$features/files/paths";
import type { IconName } from "$lib/ui/icons";

/** "v12", "3f2a91c", "working copy", "nothing". */
export function sideName(side: Side): string {
  if (side.kind === "version") return `v${side.version}`;
  if (side.kind === "commit") return side.commit.slice(0, 7);
  return side.kind === "working_tree" ? "working copy" : "nothing";
}

/** "v41 to v42". */
export function sidesTitle(old: Side, new_: Side): string {
  if (old.kind === "empty") return `All of ${sideName(new_)}`;
  const title = `${sideName(old)} to ${sideName(new_)}`;
  // The names of versions and commits are written as they are.
  return old.kind === "working_tree" ? title.charAt(0).toUpperCase() + title.slice(1) : title;
}

export interface KindChip {
  text: string;
  tone: "plain" | "ok" | "warn" | "bad" | "acc";
  icon: IconName;
}

/** How a file differs, where that is more than its lines. */
export function kindChips(file: DiffFile): KindChip[] {
  const chips: KindChip[] = [];
  if (file.kind === "added") chips.push({ text: "New file", tone: "ok", icon: "plus" });
  if (file.kind === "removed") chips.push({ text: "Removed", tone: "bad", icon: "minus" });
  if (file.kind === "renamed" && file.old_path !== null)
    chips.push({ text: `Renamed from ${shownPath(file.old_path)}`, tone: "acc", icon: "moved" });
  if (file.old_mode && file.new_mode && file.old_mode !== file.new_mode)
    chips.push({
      text: `Mode ${shortMode(file.old_mode)} to ${shortMode(file.new_mode)}`,
      tone: "plain",
      icon: "key",
    });
  return chips;
}

/** "100755" and "755" are the same to people. */
function shortMode(mode: string): string {
  return /^100\d{3}$/.test(mode) ? mode.slice(3) : mode;
}

/** "3.2 MB to 3.4 MB", or the one size there is. */
export function sizes(file: DiffFile): string {
  const [old, now] = [file.old_size, file.new_size].map((size) => (size === null ? null : bytes(size)));
  if (old && now) return old === now ? old : `${old} to ${now}`;
  return old ?? now ?? "";
}

/** "4 files: 1 added, 2 changed, 1 renamed". */
export function summaryWords(summary: DiffSummary): string {
  const parts = [
    [summary.added, "added"],
    [summary.changed, "changed"],
    [summary.removed, "removed"],
    [summary.renamed, "renamed"],
    [summary.mode, "with another mode"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`);
  return said.length
    ? `${counted(summary.files, "file")}: ${said.join(", ")}`
    : counted(summary.files, "file");
}
