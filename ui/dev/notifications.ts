// Notifications of the fake shell.
import type { NotificationCard, NotificationFilter } from "../src/lib/ipc";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export function sampleNotifications(): NotificationCard[] {
  const one = (id: string, card: Partial<NotificationCard>): NotificationCard => ({
    id,
    kind: "PREVIEW_READY",
    tone: "GOOD",
    title: "Preview is ready",
    text: "Dev server answers.",
    project_id: "project-ferry",
    project_name: "ferry",
    preview_id: null,
    thread_id: null,
    threads: 0,
    job_id: null,
    created_at: minutesAgo(1),
    read: false,
    ...card,
  });
  return [
    one("n4", { preview_id: "preview-dev", created_at: minutesAgo(6) }),
    one("n3", {
      kind: "PREVIEW_FAILED",
      tone: "BAD",
      title: "Preview ended",
      text: "Dev server: the command ended with code 1 before it answered. The last lines of its log say why.",
      created_at: minutesAgo(61),
    }),
    one("n2", {
      kind: "SYNC_FAILED",
      tone: "BAD",
      title: "Sync failed",
      text: "The folder is not there.",
      project_id: "project-gone",
      project_name: null,
      created_at: minutesAgo(60 * 27),
      read: true,
    }),
    one("n1", {
      kind: "PREVIEW_EXPIRING",
      tone: "WARNING",
      title: "Preview ends soon",
      text: "Version 41. Extend it to keep it.",
      created_at: minutesAgo(60 * 30),
      read: true,
    }),
  ];
}

/** The part of the fake shell that knows notifications; `changed` is told when they are others than before. */
export function fakeNotifications(list: NotificationCard[], changed: () => void) {
  let known = list;
  return {
    notifications: (before: string | null, limit: number, filter: NotificationFilter) => {
      const found = known.filter(
        (one) =>
          (!filter.unread || !one.read) &&
          (filter.project_id === null || filter.project_id === one.project_id) &&
          (filter.kinds.length === 0 || filter.kinds.includes(one.kind)),
      );
      const from = before === null ? 0 : found.findIndex(({ id }) => id === before) + 1;
      return Promise.resolve({
        notifications: found.slice(from, from + limit),
        unread: known.filter(({ read }) => !read).length,
        more: found.length > from + limit,
      });
    },
    notification: (id: string) => Promise.resolve(known.find((one) => one.id === id) ?? null),
    desktopNotifications: () => Promise.resolve({ available: true, reason: null }),
    unreadNotifications: () => Promise.resolve(known.filter(({ read }) => !read).length),
    readNotification: (id: string) => {
      known = known.map((one) => (one.id === id ? { ...one, read: true } : one));
      changed();
      return Promise.resolve(null);
    },
    readAllNotifications: () => {
      known = known.map((one) => ({ ...one, read: true }));
      changed();
      return Promise.resolve(null);
    },
  };
}
