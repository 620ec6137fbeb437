// The entries of the rail: one for every screen this build has.
import { jobs, underWay } from "$features/jobs/jobs.svelte";
import { refactors, toReview } from "$features/refactor/refactors.svelte";
import { attention, totalsOf } from "$features/threads/screen/totals.svelte";
import type { IconName } from "$lib/ui/icons";
import {
  route,
  showJobs,
  showPreviews,
  showProjects,
  showRefactor,
  showSearch,
  showSettings,
  showThreads,
  showVersions,
  showWorkspace,
  type Screen,
} from "./route.svelte";

export interface RailEntry {
  id: string;
  label: string;
  icon: IconName;
  screen: Screen;
  /** Settings and the like stand at the foot. */
  foot?: boolean;
  when?: () => boolean;
  /** What waits there for somebody, in a number and in words. */
  pip?: () => { count: number; words: string } | null;
  show: () => void;
}

const entries: RailEntry[] = [
  {
    id: "read",
    label: "Read",
    icon: "read",
    screen: "workspace",
    when: () => route.projectId !== null,
    show: showWorkspace,
  },
  {
    id: "search",
    label: "Search",
    icon: "search",
    screen: "search",
    when: () => route.projectId !== null,
    show: showSearch,
  },
  {
    id: "versions",
    label: "Versions",
    icon: "versions",
    screen: "versions",
    when: () => route.projectId !== null,
    show: showVersions,
  },
  {
    id: "threads",
    label: "Threads",
    icon: "msg",
    screen: "threads",
    when: () => route.projectId !== null,
    pip: () => attention(totalsOf(route.projectId)),
    show: showThreads,
  },
  {
    id: "jobs",
    label: "Jobs",
    icon: "jobs",
    screen: "jobs",
    when: () => route.projectId !== null,
    pip: () => underWay(jobs.of(route.projectId)),
    show: showJobs,
  },
  {
    id: "refactor",
    label: "Refactor",
    icon: "refactor",
    screen: "refactor",
    when: () => route.projectId !== null && refactors.available,
    pip: () => toReview(refactors.of(route.projectId)),
    show: showRefactor,
  },
  {
    id: "previews",
    label: "Previews",
    icon: "preview",
    screen: "previews",
    when: () => route.projectId !== null,
    show: showPreviews,
  },
  { id: "projects", label: "Projects", icon: "folder", screen: "projects", show: showProjects },
  {
    id: "settings",
    label: "Settings",
    icon: "settings",
    screen: "settings",
    foot: true,
    show: () => showSettings(),
  },
];

/** The entries that lead somewhere now. */
export function railEntries(): RailEntry[] {
  return entries.filter((entry) => entry.when?.() ?? true);
}
