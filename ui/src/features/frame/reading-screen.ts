// The reader and the versions are the largest parts of the interface, so they are loaded apart from the first screen.

type ReadingScreen = typeof import("$features/reader/Workspace.svelte");

let loading: Promise<ReadingScreen> | null = null;

/** The reader's component; loaded once. */
export function readingScreen(): Promise<ReadingScreen> {
  loading ??= import("$features/reader/Workspace.svelte");
  return loading;
}

type VersionsScreen = typeof import("$features/versions/VersionsScreen.svelte");

let loadingVersions: Promise<VersionsScreen> | null = null;

/** The versions screen's component; loaded once. */
export function versionsScreen(): Promise<VersionsScreen> {
  loadingVersions ??= import("$features/versions/VersionsScreen.svelte");
  return loadingVersions;
}

type SearchScreen = typeof import("$features/search/SearchScreen.svelte");

let loadingSearch: Promise<SearchScreen> | null = null;

/** The search screen's component; loaded once. */
export function searchScreen(): Promise<SearchScreen> {
  loadingSearch ??= import("$features/search/SearchScreen.svelte");
  return loadingSearch;
}

type ThreadsScreen = typeof import("$features/threads/screen/ThreadsScreen.svelte");

let loadingThreads: Promise<ThreadsScreen> | null = null;

/** The threads screen's component; loaded once. */
export function threadsScreen(): Promise<ThreadsScreen> {
  loadingThreads ??= import("$features/threads/screen/ThreadsScreen.svelte");
  return loadingThreads;
}

type PreviewsScreen = typeof import("$features/previews/PreviewsScreen.svelte");

let loadingPreviews: Promise<PreviewsScreen> | null = null;

/** The previews screen's component; loaded once. */
export function previewsScreen(): Promise<PreviewsScreen> {
  loadingPreviews ??= import("$features/previews/PreviewsScreen.svelte");
  return loadingPreviews;
}

type JobsScreen = typeof import("$features/jobs/JobsScreen.svelte");

let loadingJobs: Promise<JobsScreen> | null = null;

/** The jobs screen's component; loaded once. */
export function jobsScreen(): Promise<JobsScreen> {
  loadingJobs ??= import("$features/jobs/JobsScreen.svelte");
  return loadingJobs;
}

type RefactorScreen = typeof import("$features/refactor/RefactorScreen.svelte");

let loadingRefactor: Promise<RefactorScreen> | null = null;

/** The component of the screen of refactor jobs; loaded once. */
export function refactorScreen(): Promise<RefactorScreen> {
  loadingRefactor ??= import("$features/refactor/RefactorScreen.svelte");
  return loadingRefactor;
}

/** Begins to load them while nobody waits. */
export function fetchReadingScreen(): void {
  readingScreen().then(
    () => {
      versionsScreen().catch(() => (loadingVersions = null));
      searchScreen().catch(() => (loadingSearch = null));
      threadsScreen().catch(() => (loadingThreads = null));
      jobsScreen().catch(() => (loadingJobs = null));
      refactorScreen().catch(() => (loadingRefactor = null));
      previewsScreen().catch(() => (loadingPreviews = null));
    },
    () => (loading = null),
  );
}
