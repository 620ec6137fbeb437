// How many threads there are: of each project, for the rail and the list of projects, and of each file, for the tree.
import { SvelteMap } from "svelte/reactivity";
import { signedInUser } from "$features/accounts/session.svelte";
import { ancestorsOf } from "$features/files/paths";
import { backend, type ThreadCount, type ThreadPage, type Unlisten } from "$lib/ipc";
import { plainChoice, toFilter } from "./filter";

export type Totals = Pick<ThreadPage, "all" | "open" | "needs_review" | "unread">;

/** Open threads of a file, or of everything below a folder. */
export interface Count {
  open: number;
  unread: number;
}

/** Many changes in a row are one look. */
const SETTLE_MS = 120;

const totals = new SvelteMap<string, Totals>();
const counts = new SvelteMap<string, ReadonlyMap<string, Count>>();

/** Of a project, as far as known. */
export function totalsOf(projectId: string | null): Totals | undefined {
  return projectId === null ? undefined : totals.get(projectId);
}

/** Open threads below a path, as far as known; a folder has those of all its files. */
export function countOf(projectId: string, path: string): Count | undefined {
  return counts.get(projectId)?.get(path);
}

/** Each file's count, and each folder's as the sum of its files'. The project itself is "". */
export function summed(list: readonly ThreadCount[]): Map<string, Count> {
  const found = new Map<string, Count>();
  const add = (path: string, { open, unread }: Count) => {
    const before = found.get(path) ?? { open: 0, unread: 0 };
    found.set(path, { open: before.open + open, unread: before.unread + unread });
  };
  for (const { path, open, unread } of list) {
    add(path, { open, unread });
    for (const folder of path === "" ? [] : ancestorsOf(path)) add(folder, { open, unread });
  }
  return found;
}

/** Asks for a project's totals. What can't be asked now stays as it was. */
export async function loadTotals(projectId: string): Promise<void> {
  const page = await backend()
    .threads(projectId, { ...toFilter(plainChoice, null), resolved: null }, 0, 0)
    .catch(() => null);
  if (!page || !signedInUser()) return;
  const { all, open, needs_review, unread } = page;
  totals.set(projectId, { all, open, needs_review, unread });
}

/** Asks for the counts of a project's files. What can't be asked now stays as it was. */
export async function loadCounts(projectId: string): Promise<void> {
  const list = await backend()
    .threadCounts(projectId)
    .catch(() => null);
  if (list && signedInUser()) counts.set(projectId, summed(list));
}

/** Keeps what is known true until the returned function is called. */
export function hearTotals(): Promise<Unlisten>[] {
  const due = new Map<string, ReturnType<typeof setTimeout>>();
  const soon = (projectId: string) => {
    if (!signedInUser() || due.has(projectId)) return;
    due.set(
      projectId,
      setTimeout(() => {
        due.delete(projectId);
        void loadTotals(projectId);
        if (counts.has(projectId)) void loadCounts(projectId);
      }, SETTLE_MS),
    );
  };
  const end = () => due.forEach((timer) => clearTimeout(timer));
  return [backend().onThreadsChanged(soon), Promise.resolve(end)];
}

/** Forgets everything of the user who signed out. */
export function resetTotals(): void {
  totals.clear();
  counts.clear();
}

/** What the rail says of a project's threads: the unread ones, else those that need somebody to say where they belong. */
export function attention(known: Totals | undefined): { count: number; words: string } | null {
  if (!known) return null;
  if (known.unread > 0) return { count: known.unread, words: `${known.unread} unread` };
  const { needs_review: lost } = known;
  return lost > 0 ? { count: lost, words: lost === 1 ? "1 needs review" : `${lost} need review` } : null;
}
