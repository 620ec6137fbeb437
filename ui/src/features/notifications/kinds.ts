// The types of notifications, as people call them.
import type { Delivery } from "$lib/ipc";
import type { IconName } from "$lib/ui/icons";

export interface Kind {
  /** `notifications.type`. */
  id: string;
  label: string;
  /** When it is told, in a sentence. */
  detail: string;
  icon: IconName;
}

export interface KindGroup {
  id: string;
  label: string;
  kinds: readonly Kind[];
}

export const kindGroups: readonly KindGroup[] = [
  {
    id: "threads",
    label: "Threads",
    kinds: [
      {
        id: "THREAD_NEEDS_REVIEW",
        label: "A thread lost its exact place",
        detail: "After a sync its code may be in one of several places.",
        icon: "eye",
      },
      {
        id: "THREAD_OUTDATED",
        label: "A thread is outdated",
        detail: "After a sync the code it was about is gone.",
        icon: "unlink",
      },
      {
        id: "COMMENT_REPLY",
        label: "Replies",
        detail: "Somebody else, or the model, wrote in a thread.",
        icon: "msg",
      },
    ],
  },
  {
    id: "syncs",
    label: "Syncs",
    kinds: [
      {
        id: "SYNC_FAILED",
        label: "A sync failed",
        detail: "The folder could not be recorded.",
        icon: "warn",
      },
    ],
  },
  {
    id: "previews",
    label: "Previews",
    kinds: [
      { id: "PREVIEW_READY", label: "A preview is ready", detail: "Its server answers.", icon: "okc" },
      {
        id: "PREVIEW_FAILED",
        label: "A preview ended",
        detail: "It failed, or its command ended by itself.",
        icon: "warn",
      },
      {
        id: "PREVIEW_EXPIRING",
        label: "A preview ends soon",
        detail: "Its time is nearly up, and it can be extended.",
        icon: "clock",
      },
    ],
  },
  {
    id: "jobs",
    label: "Jobs",
    kinds: [
      {
        id: "JOB_FINISHED",
        label: "A job finished",
        detail: "An explanation, a review or a change is done.",
        icon: "okc",
      },
      { id: "JOB_FAILED", label: "A job failed", detail: "It ended without a result.", icon: "warn" },
    ],
  },
  {
    id: "backups",
    label: "Backups",
    kinds: [
      {
        id: "BACKUP_FAILED",
        label: "A backup failed",
        detail: "Lectern's own data could not be backed up.",
        icon: "drive",
      },
    ],
  },
];

const all = new Map(kindGroups.flatMap(({ kinds }) => kinds.map((kind) => [kind.id, kind])));

/** The drawing of a type; of one that is not known a bell. */
export function kindIcon(id: string): IconName {
  return all.get(id)?.icon ?? "bell";
}

/** The types of a group; none for all types. */
export function kindsOf(group: string): string[] {
  return kindGroups.find(({ id }) => id === group)?.kinds.map(({ id }) => id) ?? [];
}

/** Where a type is told when nobody chose. */
export const usualDelivery: Delivery = "DESKTOP";
