// Keeps what is said about folders true: by what the shell hears of changes, and by looking where nobody watches.
import { signedInUser } from "$features/accounts/session.svelte";
import {
  facts,
  freshenFacts,
  loadFacts,
  noteWatching,
  projectById,
} from "$features/projects/projects.svelte";
import { backend, type Unlisten } from "$lib/ipc";
import { route } from "./route.svelte";

/** How often a folder in front is looked at that is not watched, or not all of it. */
const EVERY_MS = 15_000;
/** A folder that takes long to look at is looked at for a fifth of the time at most. */
const REST = 4;
/** Many changes in a row are one look. */
const SETTLE_MS = 150;

const ofProject = () => ["workspace", "versions", "threads", "jobs", "refactor"].includes(route.screen);

/** Listens and looks until the returned function is called. */
export function watchOpened(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let stopped = false;
  const look = async () => {
    const started = Date.now();
    const id = route.projectId;
    const inFront = ofProject() && document.hasFocus() && signedInUser() !== null;
    if (inFront && id && facts.get(id)?.watch.kind !== "watching") await freshenFacts(id);
    if (!stopped) timer = setTimeout(() => void look(), Math.max(EVERY_MS, REST * (Date.now() - started)));
  };
  timer = setTimeout(() => void look(), EVERY_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Hears what the shell says of folders, until every one of the returned listeners is ended. */
export function hearFolders(): Promise<Unlisten>[] {
  const due = new Map<string, ReturnType<typeof setTimeout>>();
  const soon = (id: string) => {
    if (!signedInUser() || !projectById(id) || due.has(id)) return;
    due.set(
      id,
      setTimeout(() => {
        due.delete(id);
        void loadFacts(id);
      }, SETTLE_MS),
    );
  };
  const shell = backend();
  return [shell.onFolderChanged(soon), shell.onVersionsChanged(soon), shell.onWatchChanged(noteWatching)];
}

/** The window came to the front: the shell looks at what it does not watch. */
export function cameToFront(): void {
  // A shell that can't look now is asked again the next time.
  backend()
    .cameToFront()
    .catch(() => undefined);
}
