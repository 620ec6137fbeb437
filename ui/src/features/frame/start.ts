// What the window does when it starts, when somebody signs in or out, and when the shell has something to say.
import { SvelteSet } from "svelte/reactivity";
import { loadSession, noteInput, session, setSession, signedInUser } from "$features/accounts/session.svelte";
import {
  addFolder,
  freshenFacts,
  freshenProjects,
  loadAllFacts,
  loadFacts,
  loadProjects,
  projectById,
  projects,
  reopenLast,
  resetProjects,
} from "$features/projects/projects.svelte";
import {
  applySettings,
  defaultSettings,
  followSystemTheme,
  loadSettings,
  settings,
} from "$features/settings/settings.svelte";
import {
  freshenNotifications,
  hearNotifications,
  notifications,
  resetNotifications,
  takeUpChosen,
} from "$features/notifications/notifications.svelte";
import { resetThreadLists } from "$features/threads/screen/threadList.svelte";
import { hearTotals, loadCounts, loadTotals, resetTotals } from "$features/threads/screen/totals.svelte";
import { noteProgress, refreshSyncs, resetSyncs } from "$features/sync/sync.svelte";
import { resetVerdicts } from "$features/sync/verify.svelte";
import { keepTime } from "$lib/format/now.svelte";
import { backend, type Unlisten } from "$lib/ipc";
import { markInput } from "$lib/keys/input";
import { handleKeys, isTextField } from "$lib/keys/handler";
import { registerCommands } from "$lib/keys/commands.svelte";
import { coverToasts, dismissAllToasts, toast } from "$lib/ui/toasts.svelte";
import { frameCommands } from "./commands";
import { resetAsked } from "$features/versions/asked.svelte";
import { resetTimelines } from "$features/versions/timeline.svelte";
import { cameToFront, hearFolders, watchOpened } from "./watch";
import { closeOverlay, resetRoute, route } from "./route.svelte";

/** Folders asked for from outside before anybody could open them. */
const waiting = new SvelteSet<string>();

/** Listens to the shell, the keys and the clock until the returned function is called. */
export function startWindow(): () => void {
  const stop: Unlisten[] = [
    keepTime(),
    markInput(),
    watchOpened(),
    () => coverToasts(false),
    followSystemTheme(),
    registerCommands(frameCommands),
    handleKeys(() => ({
      modal: document.querySelector("dialog[open]") !== null,
      singleLetters: settings.current.single_letter_keys,
    })),
  ];
  document.addEventListener("contextmenu", keepMenuForText);
  stop.push(() => document.removeEventListener("contextmenu", keepMenuForText));
  let stopped = false;
  const until = (listening: Promise<Unlisten>) =>
    void listening.then((end) => (stopped ? end() : stop.push(end))).catch(() => undefined);

  const shell = backend();
  until(shell.onSessionChanged(setSession));
  until(shell.onProjectsChanged(() => void refreshProjects()));
  until(shell.onOpenRequested(({ path }) => void openWhenSignedIn(path)));
  until(
    shell.onSyncChanged((progress) => {
      const latest = projectById(progress.project_id)?.latest?.version;
      // Syncs go on while the window is locked; then only where they stand is noted.
      if (!noteProgress(progress, latest) || !signedInUser()) return;
      void loadProjects();
      void loadFacts(progress.project_id);
    }),
  );
  until(
    shell.onDrop((event) => {
      projects.dropping = event.kind === "over" && signedInUser() !== null;
      if (event.kind === "drop") void addAll(event.paths);
    }),
  );
  hearFolders().forEach(until);
  hearNotifications().forEach(until);
  hearTotals().forEach(until);
  void loadSession();
  void shell
    .takeOpenRequest()
    .then((request) => (request ? openWhenSignedIn(request.path) : undefined))
    .catch(() => undefined);

  return () => {
    stopped = true;
    for (const end of stop) end();
  };
}

/** The webview's own menu (back, reload) means nothing here; only text can be copied and pasted with it. */
function keepMenuForText(event: Event): void {
  const selected = document.getSelection()?.toString();
  if (!selected && !(event.target instanceof Element && isTextField(event.target))) event.preventDefault();
}

let noticed: string | null = null;

/** Reads what belongs to the user who just signed in, and opens what was asked for or was open last. */
export async function enter(): Promise<void> {
  resetRoute();
  await Promise.all([loadSettings(), loadProjects()]);
  const asked = [...waiting];
  waiting.clear();
  if (asked.length) await addAll(asked);
  else reopenLast();
  void loadAllFacts();
  loadAllTotals();
  void freshenNotifications();
  takeUpChosen();
  const notice = session.state?.notice ?? null;
  if (notice && notice !== noticed) toast({ text: notice });
  noticed = notice;
}

/** Forgets everything of the user who signed out. */
export function leave(): void {
  resetRoute();
  resetProjects();
  resetSyncs();
  resetVerdicts();
  resetTimelines();
  resetAsked();
  resetNotifications();
  resetThreadLists();
  resetTotals();
  dismissAllToasts();
  settings.current = { ...defaultSettings, theme: settings.current.theme };
  applySettings();
}

/** Takes overlays and messages away while the window is locked or nobody is signed in. */
export function cover(covered: boolean): void {
  if (covered) {
    closeOverlay();
    notifications.open = false;
  }
  coverToasts(covered);
}

/** Somebody is at the keyboard or the pointer. */
export const inputHappened = () => noteInput();

/** Folders may have changed while the window was away. */
export function windowFocused(): void {
  if (!signedInUser()) return;
  cameToFront();
  void freshenNotifications();
  if (route.projectId) void freshenFacts(route.projectId);
  if (route.screen === "projects") freshenProjects();
}

async function refreshProjects(): Promise<void> {
  if (!signedInUser()) return;
  const known = new Set(projects.list.map(({ id }) => id));
  await loadProjects();
  for (const { id } of projects.list) if (!known.has(id)) void loadFacts(id);
}

async function openWhenSignedIn(path: string): Promise<void> {
  if (signedInUser() && projects.loaded) {
    closeOverlay();
    await addFolder(path);
  } else waiting.add(path);
}

/** The window is unlocked again: what is shown must be true now, and what was asked for meanwhile is opened. */
export async function unlocked(): Promise<void> {
  refreshSyncs();
  const asked = [...waiting];
  waiting.clear();
  await loadProjects();
  await addAll(asked);
  void loadAllFacts();
  loadAllTotals();
  void freshenNotifications();
  takeUpChosen();
}

/** Threads of every project, and of every file of the open one. */
function loadAllTotals(): void {
  for (const { id } of projects.list) void loadTotals(id);
  if (route.projectId) void loadCounts(route.projectId);
}

async function addAll(paths: readonly string[]): Promise<void> {
  projects.dropping = false;
  if (!signedInUser()) return;
  for (const path of paths) await addFolder(path);
  if (paths.length && session.choosingFirstFolder && projects.list.length)
    session.choosingFirstFolder = false;
}
