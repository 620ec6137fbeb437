// References to threads, in the style of those to lines: `src/a.rs#thread=0198…`.
import { shownPath } from "$features/files/paths";
import type { ThreadCard } from "$lib/ipc";

/** A reference that stays true wherever the thread goes: its path is only there to be read. */
export function threadLink({ id, place }: Pick<ThreadCard, "id" | "place">): string {
  return `${shownPath(place.path)}#thread=${id}`;
}

/** The thread that a reference names; null for anything else. */
export function threadInLink(link: string): string | null {
  return /#thread=([0-9a-f-]{8,64})$/i.exec(link.trim())?.[1] ?? null;
}
