// What a row of the project list says: its state in one chip, its branch, its last sync.
import { count } from "$lib/format/numbers";
import type { ProjectCard, ProjectFacts, SyncProgress } from "$lib/ipc";
import type { IconName } from "$lib/ui/icons";
import { isRunning, syncCount } from "$features/sync/sync.svelte";

export interface RowState {
  kind: "syncing" | "missing" | "unreadable" | "failed" | "changed" | "in-sync" | "new" | "unknown";
  tone: "plain" | "ok" | "warn" | "bad" | "acc";
  icon: IconName;
  label: string;
  /** What it means and what to do. */
  detail: string | null;
}

/** The most pressing thing to know about a project. */
export function rowState(project: ProjectCard, facts?: ProjectFacts, sync?: SyncProgress): RowState {
  if (sync && isRunning(sync))
    return { kind: "syncing", tone: "acc", icon: "refresh", label: syncCount(sync), detail: sync.phase };
  if (facts && facts.folder.kind !== "present") {
    const missing = facts.folder.kind === "missing";
    const { message, hint } = facts.folder.failure;
    return {
      kind: missing ? "missing" : "unreadable",
      tone: "bad",
      icon: "warn",
      label: missing ? "Folder missing" : "Folder unreadable",
      detail: hint ? `${message} ${hint}` : message,
    };
  }
  const error = sync?.error ?? project.last_sync?.error;
  const failed = (sync?.status ?? project.last_sync?.status) === "FAILED" && error?.code !== "CANCELLED";
  if (failed)
    return {
      kind: "failed",
      tone: "bad",
      icon: "bad",
      label: "Sync failed",
      detail: error ? `${error.message} ${error.hint ?? ""}`.trim() : null,
    };
  if (!project.latest)
    return { kind: "new", tone: "plain", icon: "clock", label: "Not synced yet", detail: null };
  if (facts?.changed)
    return {
      kind: "changed",
      tone: "warn",
      icon: "pencil",
      label: `${count(facts.changed)} changed`,
      detail: `Since v${project.latest.version}`,
    };
  if (facts?.changed === 0)
    return {
      kind: "in-sync",
      tone: "ok",
      icon: "check",
      label: "In sync",
      detail: `With v${project.latest.version}`,
    };
  return {
    kind: "unknown",
    tone: "plain",
    icon: "clock",
    label: `At v${project.latest.version}`,
    detail: null,
  };
}

/** The branch now, or the one the latest version was taken on. */
export function rowBranch(project: ProjectCard, facts?: ProjectFacts): string | null {
  return facts?.branch ?? project.latest?.branch ?? null;
}

/** The languages worth naming: plain text is none. */
export function listedLanguages(project: ProjectCard): ProjectCard["languages"] {
  return project.languages.filter(({ name }) => name !== "Text" && name !== "Plain text");
}

/** "Rust 64%, TypeScript 27%"; `most` languages at the most. */
export function languageText(project: ProjectCard, most = Infinity): string {
  return listedLanguages(project)
    .slice(0, most)
    .map(({ name, percent }) => `${name} ${(percent ?? 0) < 1 ? "<1" : Math.round(percent ?? 0)}%`)
    .join(", ");
}

/** Whether the project matches every word of the filter by name, path, branch or language. */
export function matchesFilter(project: ProjectCard, filter: string, branch: string | null): boolean {
  const text = [project.name, project.root_path, project.description, branch ?? "", languageText(project)]
    .join("\n")
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
