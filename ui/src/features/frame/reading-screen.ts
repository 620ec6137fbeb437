// The reader is the largest part of the interface, so it is loaded apart from the first screen.

type ReadingScreen = typeof import("$features/reader/Workspace.svelte");

let loading: Promise<ReadingScreen> | null = null;

/** The reader's component; loaded once. */
export function readingScreen(): Promise<ReadingScreen> {
  loading ??= import("$features/reader/Workspace.svelte");
  return loading;
}

/** Begins to load it while nobody waits. */
export function fetchReadingScreen(): void {
  readingScreen().catch(() => (loading = null));
}
