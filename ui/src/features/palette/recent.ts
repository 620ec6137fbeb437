// The files somebody read lately, the latest first.
import { pathOf } from "$features/reader/fileKey";
import { readViewState } from "$features/reader/viewState";
import type { ProjectCard } from "$lib/ipc";

const KEPT = 40;
const opened = new Map<string, string[]>();

/** Notes that a file is about to be read. */
export function noteRead(projectId: string, path: string): void {
  const others = (opened.get(projectId) ?? []).filter((other) => other !== path);
  opened.set(projectId, [path, ...others].slice(0, KEPT));
}

/** Files opened by name in this session, then those `reader` knows of, then those that stood open when the project was left. */
export function recentFiles(project: ProjectCard, reader: readonly string[] = []): string[] {
  const { tabs } = readViewState(project.view_state);
  const kept = [...tabs.recent, ...tabs.open.map((tab) => tab.path)].map(pathOf);
  return [...new Set([...(opened.get(project.id) ?? []), ...reader, ...kept])].slice(0, KEPT);
}
