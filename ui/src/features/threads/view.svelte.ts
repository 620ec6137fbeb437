// How threads are looked at: which are one line, and whether resolved ones are shown.
import { SvelteMap } from "svelte/reactivity";
import type { ThreadCard } from "$lib/ipc";

/** As it is stored with the view of a project. */
export interface StoredThreadView {
  /** Threads that are folded or unfolded other than by themselves. */
  folded: [string, boolean][];
  showResolved: boolean;
}

const MOST = 500;

export const plainThreadView: StoredThreadView = { folded: [], showResolved: true };

export class ThreadView {
  showResolved = $state(true);
  private readonly folds = new SvelteMap<string, boolean>();

  constructor(
    stored: StoredThreadView,
    private readonly remember: () => void,
  ) {
    this.showResolved = stored.showResolved;
    for (const [id, folded] of stored.folded) this.folds.set(id, folded);
  }

  /** Whether a thread is one line; resolved ones are, until somebody opens them. */
  folded({ id, resolved }: ThreadCard): boolean {
    return this.folds.get(id) ?? resolved;
  }

  fold({ id, resolved }: ThreadCard, folded: boolean): void {
    if (folded === resolved) this.folds.delete(id);
    else this.folds.set(id, folded);
    this.remember();
  }

  /** It was resolved or reopened, and looks as such from now on. */
  unset(id: string): void {
    this.folds.delete(id);
    this.remember();
  }

  turnResolved(): void {
    this.showResolved = !this.showResolved;
    this.remember();
  }

  get stored(): StoredThreadView {
    return { folded: [...this.folds].slice(-MOST), showResolved: this.showResolved };
  }
}

/** Reads what was stored; anything missing or wrong is left out. */
export function readThreadView(value: unknown): StoredThreadView {
  if (typeof value !== "object" || value === null) return plainThreadView;
  const { folded, showResolved } = value as Record<string, unknown>;
  const pairs = (Array.isArray(folded) ? folded : []).filter(
    (pair): pair is [string, boolean] =>
      Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "boolean",
  );
  return { folded: pairs.slice(-MOST), showResolved: showResolved !== false };
}
