// What happened while nobody looked: the notifications of whoever is signed in.
import { signedInUser } from "$features/accounts/session.svelte";
import { route, showPreviews, showSettings, showWorkspace } from "$features/frame/route.svelte";
import { showJob } from "$features/jobs/follow.svelte";
import { previewsOf } from "$features/previews/sessions.svelte";
import { openProject, projectById } from "$features/projects/projects.svelte";
import { goToThread, goToThreads } from "$features/threads/screen/goTo";
import {
  backend,
  toFailure,
  type Failure,
  type NotificationCard,
  type NotificationFilter,
  type Unlisten,
} from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import { kindsOf } from "./kinds";

const PAGE = 50;
/** Several in a row are one look. */
const SETTLE_MS = 100;

/** Which notifications are listed. */
export type Which = "all" | "unread" | "project";

class Notifications {
  /** Those that were fetched, the newest first; null before the first look. */
  list: NotificationCard[] | null = $state.raw(null);
  unread = $state(0);
  /** There are older ones than those in the list. */
  more = $state(false);
  failure: Failure | null = $state.raw(null);
  /** The list is on screen. */
  open = $state(false);
  which: Which = $state("all");
  /** The group of types that is listed; "" for all. */
  group = $state("");
  /** One was chosen on the desktop while nobody could be shown it; "" for the list itself. */
  chosen: string | null = null;
}

export const notifications = new Notifications();

/** Hears of notifications until the returned function is called. */
export function hearNotifications(): Promise<Unlisten>[] {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void freshenNotifications(), SETTLE_MS);
  };
  const ended = () => () => clearTimeout(timer);
  return [
    backend().onNotificationsChanged(soon),
    backend().onDesktopChosen((id) => void chosenOnDesktop(id ?? "").catch(toastFailure)),
    Promise.resolve(ended()),
  ];
}

/** Counts the unread ones, and fetches the list again while it is on screen. What can't be asked now stays as it was. */
export async function freshenNotifications(): Promise<void> {
  if (!signedInUser()) return;
  if (notifications.open) return loadNotifications();
  const unread = await backend()
    .unreadNotifications()
    .catch(() => null);
  if (unread !== null && signedInUser()) notifications.unread = unread;
}

function filter(): NotificationFilter {
  const { which, group } = notifications;
  return {
    unread: which === "unread",
    project_id: which === "project" ? route.projectId : null,
    kinds: kindsOf(group),
  };
}

/** Raised with every question for a list: an answer to an older one is of no use. */
let asked = 0;

/** Fetches the newest, as many as are shown now. */
export async function loadNotifications(): Promise<void> {
  const question = ++asked;
  try {
    const page = await backend().notifications(
      null,
      Math.max(PAGE, notifications.list?.length ?? 0),
      filter(),
    );
    if (!signedInUser() || question !== asked) return;
    notifications.list = page.notifications;
    notifications.unread = page.unread;
    notifications.more = page.more;
    notifications.failure = null;
  } catch (thrown) {
    if (question === asked) notifications.failure = toFailure(thrown);
  }
}

/** Lists others from now on. What is listed stays until they are there. */
export function listOnly(change: { which?: Which; group?: string }): void {
  Object.assign(notifications, change);
  void loadNotifications();
}

/** The list comes on screen: with all of them. */
export function listOpened(): void {
  notifications.which = "all";
  notifications.group = "";
  void loadNotifications();
}

/** Fetches older ones than those that are shown. */
export async function loadOlder(): Promise<void> {
  const shown = notifications.list ?? [];
  const page = await backend().notifications(shown.at(-1)?.id ?? null, PAGE, filter());
  if (notifications.list !== shown) return;
  notifications.list = [...shown, ...page.notifications];
  notifications.more = page.more;
}

export async function readAll(): Promise<void> {
  await backend().readAllNotifications();
  await loadNotifications();
}

export async function markRead(card: NotificationCard): Promise<void> {
  if (card.read) return;
  await backend().readNotification(card.id);
  await loadNotifications();
}

/** Marks it as read and goes to what it tells of. */
export function goTo(card: NotificationCard): void {
  void markRead(card).catch(toastFailure);
  if (card.project_id === "") return showSettings("privacy");
  if (!projectById(card.project_id)) {
    toast({ text: "The project is no longer in the list." });
    return;
  }
  if (route.projectId !== card.project_id) openProject(card.project_id);
  if (card.thread_id !== null) {
    if (card.threads > 1)
      goToThreads(card.project_id, card.kind === "THREAD_OUTDATED" ? "OUTDATED" : "NEEDS_REVIEW");
    else goToThread(card.project_id, card.thread_id);
    return;
  }
  if (card.job_id !== null) return showJob({ id: card.job_id, project_id: card.project_id });
  showWorkspace();
  if (card.preview_id === null) return;
  previewsOf(card.project_id).choose(card.preview_id);
  showPreviews();
}

/** One was chosen on the desktop ("" for several in one): goes to its place, or does so once the window is unlocked. */
export async function chosenOnDesktop(id: string): Promise<void> {
  if (!signedInUser()) {
    notifications.chosen = id;
    return;
  }
  notifications.chosen = null;
  const card = id === "" ? null : await backend().notification(id);
  if (card) {
    notifications.open = false;
    goTo(card);
  } else notifications.open = true;
}

/** The window is unlocked, or somebody signed in. */
export function takeUpChosen(): void {
  if (notifications.chosen !== null) void chosenOnDesktop(notifications.chosen).catch(toastFailure);
}

/** Forgets everything of the user who signed out. */
export function resetNotifications(): void {
  notifications.list = null;
  notifications.unread = 0;
  notifications.more = false;
  notifications.failure = null;
  notifications.open = false;
  notifications.which = "all";
  notifications.group = "";
  notifications.chosen = null;
}
