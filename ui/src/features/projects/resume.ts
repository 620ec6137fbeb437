// "Where you stopped reading": read from what the reader stored for each project.
import type { ProjectCard } from "$lib/ipc";

export interface Stop {
  projectId: string;
  projectName: string;
  path: string;
  /** The file's name. */
  name: string;
  /** 1-based; null when the reader kept none. */
  line: number | null;
  /** When the reader stored it; null when it didn't say. */
  at: string | null;
}

/** The file in front of each project, newest first, at most `most`. View states of another shape are passed over. */
export function stops(projects: readonly ProjectCard[], most = 3): Stop[] {
  return projects
    .map(stopOf)
    .filter((stop) => stop !== null)
    .sort((a, b) => (b.at ?? "").localeCompare(a.at ?? ""))
    .slice(0, most);
}

function stopOf(project: ProjectCard): Stop | null {
  const state = record(parse(project.view_state));
  const path = state?.active;
  // A path that isn't UTF-8 comes as NUL and hex: nothing to show by.
  if (!state || typeof path !== "string" || path === "" || path.startsWith("\u0000")) return null;
  const tabs: unknown[] = Array.isArray(state.tabs) ? state.tabs : [];
  const tab = tabs.map(record).find((entry) => entry?.path === path);
  if (!tab) return null;
  const line = record(tab.place)?.line;
  return {
    projectId: project.id,
    projectName: project.name,
    path,
    name: path.split("/").at(-1) ?? path,
    line: typeof line === "number" ? line : null,
    at: typeof state.saved_at === "string" ? state.saved_at : null,
  };
}

function parse(text: string | null): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
