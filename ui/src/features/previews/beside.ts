// What a session can be shown beside of: other sessions, the working copy, a version.
import type { Preview } from "$lib/ipc";
import type { MenuItem } from "$lib/ui/menuItem";
import { openPreview } from "./follow.svelte";
import type { PreviewList } from "./sessions.svelte";
import { startVersion } from "./start";
import { secondLine, timeLeft } from "./words";

/** The entries of "Side by side with": what runs first, then what would have to be started. */
export function besideItems(
  list: PreviewList,
  preview: Preview,
  latest: number | null,
  now: Date,
): MenuItem[] {
  const running = list.ready.filter((other) => other.id !== preview.id);
  const shown = (version: number | null) =>
    running.some((other) => other.kind === "STATIC" && other.version === version) ||
    (preview.kind === "STATIC" && preview.version === version);
  const startBeside = (version: number | null) => () =>
    void startVersion(list.projectId, version, { beside: preview.id, folder: preview.folder });
  const items: MenuItem[] = running.map((other) => ({
    label: other.title,
    detail: `${secondLine(other, now)}, ${timeLeft(other, now)}`,
    icon: other.version === null ? "monitor" : "versions",
    run: () => void openPreview(preview, other.id),
  }));
  const more: MenuItem[] = [];
  if (!shown(null))
    more.push({
      label: "The working copy",
      detail: "Starts: files as they are",
      icon: "play",
      run: startBeside(null),
    });
  if (latest !== null && !shown(latest))
    more.push({
      label: `v${latest}, the latest version`,
      detail: "Starts: files as recorded",
      icon: "play",
      run: startBeside(latest),
    });
  more.push({
    label: "Another version…",
    icon: "versions",
    run: () => list.askNew(preview.id),
  });
  if (more[0] && items.length > 0) more[0].separated = true;
  return [...items, ...more];
}
