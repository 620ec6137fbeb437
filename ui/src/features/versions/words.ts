// What the window says about a version: its title, its day, what made it.
import { calendarDay } from "$lib/format/time";
import { count, counted } from "$lib/format/numbers";
import type { VersionCard } from "$lib/ipc";

/** What a version is called: its label, what it was kept for, its commit, or what changed in it. */
export function versionTitle(card: VersionCard): string {
  if (card.label) return card.label;
  if (card.undo_point) return `Before ${lowerFirst(card.undo_point)}`;
  return card.commit_summary ?? changedTitle(card);
}

/** "src/main.rs", "3 files in src", "12 files". */
function changedTitle(card: VersionCard): string {
  const changed = card.added + card.changed + card.removed;
  const [first] = card.paths;
  if (changed === card.files && card.added === changed) return counted(changed, "file");
  if (changed === 0) return "No file changed";
  if (changed === 1 && first) return first;
  const folder = card.paths.length === changed ? commonFolder(card.paths) : "";
  return folder ? `${counted(changed, "file")} in ${folder}` : counted(changed, "file");
}

/** The deepest folder that holds all paths, "" for the root. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split("/").slice(0, -1));
  const [first = [], ...others] = folders;
  let deep = first.length;
  for (const other of others) {
    let same = 0;
    while (same < Math.min(deep, other.length) && other[same] === first[same]) same += 1;
    deep = same;
  }
  return first.slice(0, deep).join("/");
}

/** "Yesterday" within a sentence. */
export const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** "4 files added, 2 changed, 1 removed" for those who can't see signs and colours. */
export function countsInWords(card: Pick<VersionCard, "added" | "changed" | "removed">): string {
  return `${counted(card.added, "file")} added, ${count(card.changed)} changed, ${count(card.removed)} removed`;
}

const triggers: Record<string, string> = {
  MANUAL: "Synced by hand",
  WATCH: "Synced by watching",
  OPEN: "Synced on opening",
};

/** "Synced by watching, main at 0f3c2a1". */
export function originOf(card: VersionCard): string {
  const made = triggers[card.trigger] ?? card.trigger;
  const commit = card.commit?.slice(0, 7);
  const place = card.branch && commit ? `${card.branch} at ${commit}` : (card.branch ?? commit);
  return place ? `${made}, ${place}` : made;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** "Today", "Yesterday", "Friday" within a week, then the date. */
export function dayOf(at: string, now: Date): string {
  const then = new Date(at);
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return days > 1 && days < 7 ? (weekdays[then.getDay()] ?? "") : calendarDay(then, now);
}

/** "09:31". */
export function clockOf(at: string): string {
  const then = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return Number.isNaN(then.getTime()) ? "" : `${two(then.getHours())}:${two(then.getMinutes())}`;
}
