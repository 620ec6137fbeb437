// What can be done with a version: the items of its menus, shared with the palette.
import { askReader } from "$features/frame/reader-slot.svelte";
import { showVersions, showWorkspace } from "$features/frame/route.svelte";
import { startVersion } from "$features/previews/start";
import { projectById } from "$features/projects/projects.svelte";
import { verifyVersion } from "$features/sync/verify.svelte";
import type { VersionCard } from "$lib/ipc";
import type { MenuItem } from "$lib/ui/menuItem";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";
import { askExport, askRestore } from "./asked.svelte";
import type { Timeline } from "./timeline.svelte";

export async function copyText(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: said });
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Reads the tree, or one file, as it was in a version; null is the folder as it is now. */
export function readAt(version: number | null, path?: string): void {
  askReader({ version, path: path ?? null });
  showWorkspace();
}

/** Reads a file as a commit has it. */
export function readAtCommit(commit: string, path: string): void {
  askReader({ version: null, commit, path });
  showWorkspace();
}

/** "ferry@v42". */
export function versionReference(projectId: string, version: number): string {
  return `${projectById(projectId)?.name ?? "project"}@v${version}`;
}

export interface VersionAction extends MenuItem {
  /** Stable, for commands: `version.<id>`. */
  id: string;
}

export function versionActions(timeline: Timeline, card: VersionCard): VersionAction[] {
  const { projectId } = timeline;
  const { version } = card;
  const compare = (work: () => void) => () => {
    work();
    showVersions();
  };
  return [
    { id: "read", label: `Read the tree at v${version}`, icon: "read", run: () => readAt(version) },
    {
      id: "preview",
      label: `Preview v${version}`,
      icon: "preview",
      run: () => void startVersion(projectId, version),
    },
    {
      id: "compareFolder",
      label: "Compare with the working copy",
      icon: "cols",
      run: compare(() => timeline.compareTwo(version, "folder")),
    },
    {
      id: "comparePrevious",
      label: "Compare with the version before",
      icon: "versions",
      run: compare(() => timeline.pick(version)),
    },
    {
      id: "label",
      label: card.label ? "Change the label…" : "Label…",
      icon: "pencil",
      chord: "F2",
      separated: true,
      run: compare(() => (timeline.labelling = version)),
    },
    {
      id: "pin",
      label: card.pinned ? "Unpin" : "Pin",
      icon: "anchor",
      run: () => void timeline.pin(version, !card.pinned),
    },
    { id: "verify", label: "Verify", icon: "seal", run: () => void verifyVersion(projectId, version) },
    {
      id: "restore",
      label: "Restore…",
      icon: "undo",
      separated: true,
      run: () => askRestore(projectId, version),
    },
    { id: "export", label: "Export…", icon: "ext", run: () => askExport(projectId, version) },
    {
      id: "copy",
      label: "Copy version reference",
      icon: "copy",
      run: () => void copyText(versionReference(projectId, version), "Reference copied"),
    },
  ];
}
