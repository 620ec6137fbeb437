// A running clone.
import { openOverlay } from "$features/frame/route.svelte";
import { bytes, count } from "$lib/format/numbers";
import { backend, toFailure, type CloneProgress, type Failure, type ProjectCard } from "$lib/ipc";

interface Cloning {
  /** The address the dialog begins with. */
  suggested: string;
  id: string | null;
  /** True while a clone may be using the network: its address isn't a path of this computer. */
  remote: boolean;
  progress: CloneProgress | null;
  failure: Failure | null;
  cancelling: boolean;
}

export const cloning: Cloning = $state({
  suggested: "",
  id: null,
  remote: false,
  progress: null,
  failure: null,
  cancelling: false,
});

/** Opens the clone dialog with an address in it. */
export function offerClone(address: string): void {
  cloning.suggested = address;
  openOverlay("clone");
}

/** The folder name git would choose: the last part of the address without `.git`. */
export function nameFromAddress(address: string): string {
  const last =
    address
      .trim()
      .replace(/[/\\]+$/, "")
      .split(/[/\\:]/)
      .at(-1) ?? "";
  return last.replace(/\.git$/i, "");
}

/** Whether the address leads off this computer: `https://…`, `ssh://…`, `user@host:path`. */
export function isRemoteAddress(address: string): boolean {
  const trimmed = address.trim();
  if (/^file:/i.test(trimmed) || /^[a-z]:[\\/]/i.test(trimmed) || /^[~/.\\]/.test(trimmed)) return false;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) || /^[^/\\]+:/.test(trimmed);
}

/** "Receiving, 214 of 980, 3.2 MB". */
export function cloneText(progress: CloneProgress): string {
  const counts = progress.total > 0 ? `${count(progress.done)} of ${count(progress.total)}` : "";
  const size = Number(progress.bytes) > 0 ? bytes(progress.bytes) : "";
  return [progress.phase, counts, size].filter(Boolean).join(", ");
}

/** Clones and returns the new project; null when it failed (see `cloning.failure`) or was cancelled. */
export async function clone(address: string, parent: string, name: string): Promise<ProjectCard | null> {
  const id = crypto.randomUUID();
  Object.assign(cloning, {
    id,
    remote: isRemoteAddress(address),
    progress: null,
    failure: null,
    cancelling: false,
  });
  try {
    return await backend().cloneProject(id, address.trim(), parent, name.trim(), (progress) => {
      if (cloning.id === id) cloning.progress = progress;
    });
  } catch (thrown) {
    const failure = toFailure(thrown);
    cloning.failure = failure.code === "CANCELLED" ? null : failure;
    return null;
  } finally {
    Object.assign(cloning, { id: null, remote: false, progress: null, cancelling: false });
  }
}

export async function cancelClone(): Promise<void> {
  if (!cloning.id || cloning.cancelling) return;
  cloning.cancelling = true;
  try {
    await backend().cancelClone(cloning.id);
  } catch (thrown) {
    cloning.failure = toFailure(thrown);
    cloning.cancelling = false;
  }
}
