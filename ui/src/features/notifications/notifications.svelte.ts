// What happened while nobody looked: the notifications of whoever is signed in.
import { signedInUser } from "$features/accounts/session.svelte";
import { route, showPreviews, showWorkspace } from "$features/frame/route.svelte";
import { previewsOf } from "$features/previews/sessions.svelte";
import { openProject, projectById } from "$features/projects/projects.svelte";
import { backend, toFailure, type Failure, type NotificationCard, type Unlisten } from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";

const PAGE = 50;
/** Several in a row are one look. */
const SETTLE_MS = 100;

class Notifications {
  /** Those that were fetched, the newest first; null before the first look. */
  list: NotificationCard[] | null = $state.raw(null);
  unread = $state(0);
  /** There are older ones than those in the list. */
  more = $state(false);
  failure: Failure | null = $state.raw(null);
  /** The list is on screen. */
  open = $state(false);
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
  return [backend().onNotificationsChanged(soon), Promise.resolve(ended())];
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

/** Fetches the newest, as many as are shown now. */
export async function loadNotifications(): Promise<void> {
  try {
    const page = await backend().notifications(null, Math.max(PAGE, notifications.list?.length ?? 0));
    if (!signedInUser()) return;
    notifications.list = page.notifications;
    notifications.unread = page.unread;
    notifications.more = page.more;
    notifications.failure = null;
  } catch (thrown) {
    notifications.failure = toFailure(thrown);
  }
}

/** Fetches older ones than those that are shown. */
export async function loadOlder(): Promise<void> {
  const shown = notifications.list ?? [];
  const page = await backend().notifications(shown.at(-1)?.id ?? null, PAGE);
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
  if (!projectById(card.project_id)) {
    toast({ text: "The project is no longer in the list." });
    return;
  }
  if (route.projectId !== card.project_id) openProject(card.project_id);
  else showWorkspace();
  if (card.preview_id === null) return;
  previewsOf(card.project_id).choose(card.preview_id);
  showPreviews();
}

/** Forgets everything of the user who signed out. */
export function resetNotifications(): void {
  notifications.list = null;
  notifications.unread = 0;
  notifications.more = false;
  notifications.failure = null;
  notifications.open = false;
}
