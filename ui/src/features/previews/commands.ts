// The commands of previews and their keys.
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { route, showPreviews } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import { timelineOf } from "$features/versions/timeline.svelte";
import type { Preview } from "$lib/ipc";
import type { Command } from "$lib/keys/commands.svelte";
import { copyLink, openInBrowser, remove, stop } from "./actions";
import { extend, openPreview } from "./follow.svelte";
import { previewsOf } from "./sessions.svelte";
import { previewProject, restart, startVersion } from "./start";

const list = () => {
  const project = openedProject();
  return project ? previewsOf(project.id) : undefined;
};
const clear = () => openedProject() !== undefined && (route.overlay === null || route.overlay === "palette");
const here = () => clear() && route.screen === "previews";

/** The session that is meant: the chosen one where previews are in front, else the latest that does. */
function meant(suits: (preview: Preview) => boolean): Preview | undefined {
  const previews = list();
  const { session } = previews ?? {};
  if (here()) return session && suits(session) ? session : undefined;
  return previews?.list.find(suits);
}

const isReady = (preview: Preview) => preview.status === "READY";
const runs = (preview: Preview) => preview.status !== "EXPIRED";
const isOver = (preview: Preview) => preview.status === "EXPIRED";

/** The version in front: that of the timeline, or that of the file that is read. */
export function versionInFront(): number | null {
  const project = openedProject();
  if (!project) return null;
  if (route.screen === "workspace") return readerSlot.version;
  if (route.screen !== "versions") return null;
  const { focused, sides } = timelineOf(project.id);
  if (typeof focused === "number") return focused;
  const side = [sides?.new, sides?.old].find((one) => one?.kind === "version");
  return side?.kind === "version" ? side.version : null;
}

const onSession = (
  id: string,
  title: string,
  icon: Command["icon"],
  suits: (preview: Preview) => boolean,
  run: (preview: Preview) => Promise<void>,
  when: () => boolean = clear,
): Command => ({
  id: `preview.${id}`,
  title,
  group: "Previews",
  ...(icon ? { icon } : {}),
  when: () => when() && meant(suits) !== undefined,
  detail: () => meant(suits)?.title ?? "",
  run: () => {
    const preview = meant(suits);
    return preview ? run(preview) : undefined;
  },
});

export const previewCommands: readonly Command[] = [
  {
    id: "preview.project",
    title: "Preview this project",
    group: "Previews",
    keys: ["Ctrl+Shift+P"],
    icon: "preview",
    when: clear,
    run: previewProject,
  },
  {
    id: "preview.version",
    title: "Preview this version",
    group: "Previews",
    icon: "preview",
    when: () => clear() && versionInFront() !== null,
    detail: () => `v${versionInFront() ?? ""}`,
    run: () => {
      const project = openedProject();
      const version = versionInFront();
      return project && version !== null ? startVersion(project.id, version) : undefined;
    },
  },
  {
    id: "previews.show",
    title: "Show previews",
    group: "Previews",
    icon: "preview",
    when: clear,
    run: showPreviews,
  },
  {
    id: "preview.new",
    title: "New preview",
    group: "Previews",
    icon: "plus",
    when: clear,
    run: () => {
      list()?.askNew();
      showPreviews();
    },
  },
  onSession("open", "Open the preview", "monitor", isReady, (preview) => openPreview(preview, null)),
  onSession("browser", "Open preview in browser", "ext", isReady, openInBrowser),
  onSession("link", "Copy preview link", "link", isReady, copyLink),
  onSession("extend", "Extend preview", "clock", isReady, extend),
  onSession("stop", "Stop preview", "stop", runs, stop),
  onSession("restart", "Restart preview", "refresh", () => true, restart, here),
  onSession("remove", "Remove preview from the list", "x", isOver, remove, here),
];
