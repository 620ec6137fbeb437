// Which list the versions screen of each project shows; kept on this computer.
import { SvelteMap } from "svelte/reactivity";

export type HistoryView = "versions" | "commits" | "branches";

const KEY = "lectern.versions.view";
const views: readonly string[] = ["versions", "commits", "branches"];
const chosen = new SvelteMap<string, HistoryView>();

function stored(): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The list in front; Lectern's own versions until somebody chose another. */
export function viewOf(projectId: string): HistoryView {
  const known = chosen.get(projectId);
  if (known) return known;
  const kept = stored()[projectId];
  return typeof kept === "string" && views.includes(kept) ? (kept as HistoryView) : "versions";
}

export function putView(projectId: string, view: HistoryView): void {
  chosen.set(projectId, view);
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...stored(), [projectId]: view }));
  } catch {
    // Without storage the choice lasts as long as the window.
  }
}

export function resetViews(): void {
  chosen.clear();
}
