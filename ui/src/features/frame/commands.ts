// The commands of the frame itself: screens, projects, sync, appearance, account.
import { lock, session, signedInUser, signOut } from "$features/accounts/session.svelte";
import { closeProject, openedProject, pickAndAdd } from "$features/projects/projects.svelte";
import { changeSettings, settings } from "$features/settings/settings.svelte";
import { zoomBy } from "$features/settings/zoom";
import { notifications } from "$features/notifications/notifications.svelte";
import { togglePalette } from "$features/palette/ask.svelte";
import { findingCommands } from "$features/search/commands";
import { cancelSync, isRunning, startSync, syncs } from "$features/sync/sync.svelte";
import { verifyLatest } from "$features/sync/verify.svelte";
import { backend, type Theme } from "$lib/ipc";
import type { Command } from "$lib/keys/commands.svelte";
import { toastFailure, toasts, undoableToast, undoToast } from "$lib/ui/toasts.svelte";
import { cyclePane } from "./panes";
import { railEntries } from "./rail";
import {
  closeOverlay,
  openOverlay,
  route,
  showProjects,
  showSettings,
  showVersions,
  showWorkspace,
} from "./route.svelte";

const signedIn = () => signedInUser() !== null;
const hasProject = () => signedIn() && openedProject() !== undefined;
const attempt = (work: () => Promise<unknown>) => () => work().then(() => undefined, toastFailure);

function toggleShortcuts() {
  if (route.overlay === "shortcuts") closeOverlay();
  else openOverlay("shortcuts");
}

const everywhere: Command[] = [
  {
    id: "palette.show",
    title: "Command palette",
    group: "Everywhere",
    keys: ["Ctrl+K"],
    icon: "search",
    when: () => signedIn() && inFrame() && (route.overlay === null || route.overlay === "palette"),
    whileModal: true,
    run: () => togglePalette("all"),
  },
  {
    id: "notifications.show",
    title: "Notifications",
    group: "Everywhere",
    icon: "bell",
    when: () => signedIn() && inFrame(),
    run: () => {
      notifications.open = true;
    },
  },
  {
    id: "project.add",
    title: "Open a folder",
    group: "Everywhere",
    keys: ["Ctrl+O"],
    icon: "folder",
    when: signedIn,
    run: pickAndAdd,
  },
  {
    id: "project.clone",
    title: "Clone a repository",
    group: "Everywhere",
    icon: "branch",
    when: signedIn,
    run: () => openOverlay("clone"),
  },
  {
    id: "projects.show",
    title: "Show all projects",
    group: "Everywhere",
    icon: "rows",
    when: () => signedIn() && inFrame(),
    run: showProjects,
  },
  {
    id: "versions.show",
    title: "Show versions",
    group: "Everywhere",
    icon: "versions",
    when: () => hasProject() && inFrame(),
    run: showVersions,
  },
  {
    id: "reader.show",
    title: "Read the project",
    group: "Everywhere",
    icon: "read",
    when: () => hasProject() && inFrame() && route.screen !== "workspace",
    run: showWorkspace,
  },
  {
    id: "project.versions",
    title: "Versions and syncing of the project",
    group: "Sync",
    icon: "settings",
    when: () => hasProject() && inFrame(),
    run: () => showSettings("project"),
  },
  {
    id: "project.close",
    title: "Close the project",
    group: "Everywhere",
    icon: "x",
    when: hasProject,
    run: closeProject,
  },
  {
    id: "settings.show",
    title: "Settings",
    group: "Everywhere",
    keys: ["Ctrl+,"],
    icon: "settings",
    when: () => signedIn() && inFrame(),
    run: () => showSettings(),
  },
  {
    id: "pane.next",
    title: "Next pane",
    group: "Everywhere",
    keys: ["F6"],
    icon: "right",
    run: () => cyclePane(1),
  },
  {
    id: "pane.previous",
    title: "Previous pane",
    group: "Everywhere",
    keys: ["Shift+F6"],
    icon: "right",
    run: () => cyclePane(-1),
  },
  {
    id: "toast.focus",
    title: "Go to the last message",
    group: "Everywhere",
    keys: ["F8"],
    icon: "bell",
    when: () => toasts.list.length > 0,
    run: focusToast,
  },
  {
    id: "toast.undo",
    title: "Undo",
    group: "Everywhere",
    keys: ["Ctrl+Z"],
    icon: "undo",
    yieldsToText: true,
    when: () => undoableToast() !== undefined,
    detail: () => undoableToast()?.text ?? "",
    run: undoLast,
  },
  {
    id: "shortcuts.show",
    title: "Keyboard shortcuts",
    group: "Everywhere",
    keys: ["?", "F1"],
    icon: "kbd",
    whileModal: true,
    when: () => signedIn() && (route.overlay === null || route.overlay === "shortcuts"),
    run: toggleShortcuts,
  },
  {
    id: "zoom.in",
    title: "Zoom in",
    group: "Everywhere",
    keys: ["Ctrl++", "Ctrl+="],
    icon: "plus",
    when: signedIn,
    run: () => zoomBy(1),
  },
  {
    id: "zoom.out",
    title: "Zoom out",
    group: "Everywhere",
    keys: ["Ctrl+-"],
    icon: "minus",
    when: signedIn,
    run: () => zoomBy(-1),
  },
  {
    id: "zoom.reset",
    title: "Zoom to 100%",
    group: "Everywhere",
    keys: ["Ctrl+0"],
    icon: "search",
    when: () => signedIn() && settings.current.zoom !== 1,
    run: () => changeSettings({ zoom: 1 }),
  },
];

const theme = (value: Theme, title: string, icon: Command["icon"]): Command => ({
  id: `theme.${value}`,
  title,
  group: "Everywhere",
  ...(icon ? { icon } : {}),
  when: () => signedIn() && settings.current.theme !== value,
  run: () => changeSettings({ theme: value }),
});

const sync: Command[] = [
  {
    id: "sync.start",
    title: "Sync project",
    group: "Sync",
    keys: ["Ctrl+Shift+S"],
    icon: "refresh",
    when: () => hasProject() && !syncing(),
    detail: () => `Record the folder as v${(openedProject()?.latest?.version ?? 0) + 1}`,
    run: () => startSync(openedProject()?.id ?? ""),
  },
  {
    id: "sync.cancel",
    title: "Cancel the running sync",
    group: "Sync",
    keys: ["Ctrl+."],
    icon: "stop",
    when: () => hasProject() && syncing(),
    run: () => cancelSync(openedProject()?.id ?? ""),
  },
  {
    id: "version.verify",
    title: "Verify the latest version",
    group: "Sync",
    icon: "seal",
    when: () => hasProject() && Boolean(openedProject()?.latest),
    detail: () => "Check every stored hash",
    run: verifyOpened,
  },
];

const account: Command[] = [
  {
    id: "account.lock",
    title: "Lock",
    group: "Account",
    keys: ["Ctrl+L"],
    icon: "lock",
    whileModal: true,
    when: signedIn,
    run: attempt(lock),
  },
  {
    id: "account.signOut",
    title: "Sign out",
    group: "Account",
    icon: "ext",
    when: signedIn,
    run: attempt(signOut),
  },
  {
    id: "account.password",
    title: "Change the password",
    group: "Account",
    icon: "key",
    when: () => signedIn() && inFrame(),
    run: () => openOverlay("password"),
  },
  {
    id: "data.show",
    title: "Show the data folder",
    group: "Account",
    icon: "drive",
    when: signedIn,
    run: attempt(() => backend().showDataFolder()),
  },
];

/** Ctrl+1, Ctrl+2… for the rail's entries, in the order they stand now. */
const rail: Command[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => ({
  id: `rail.${place}`,
  title: `Rail entry ${place}`,
  group: "Everywhere",
  keys: [`Ctrl+${place}`],
  hidden: true,
  when: () => signedIn() && inFrame() && railEntries().length >= place,
  run: () => railEntries()[place - 1]?.show(),
}));

export const frameCommands: readonly Command[] = [
  ...everywhere,
  theme("light", "Use the light theme", "sun"),
  theme("dark", "Use the dark theme", "moon"),
  theme("system", "Follow the system's theme", "monitor"),
  ...rail,
  ...sync,
  ...account,
  ...findingCommands,
];

/** Past the first run, with the rail and the bars around. */
const inFrame = () => !session.choosingFirstFolder;

function syncing(): boolean {
  return isRunning(syncs.get(openedProject()?.id ?? ""));
}

function verifyOpened() {
  const project = openedProject();
  if (project) void verifyLatest(project);
}

function undoLast() {
  const message = undoableToast();
  if (message) void undoToast(message);
}

function focusToast() {
  const last = toasts.list.at(-1);
  document.querySelector<HTMLElement>(`[data-toast="${last?.id ?? ""}"] button`)?.focus();
}
