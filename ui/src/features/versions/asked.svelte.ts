// The dialogs and drawers about versions that are open.

export type AskedDialog =
  | { kind: "restore"; projectId: string; version: number; paths: string[] }
  | { kind: "export"; projectId: string; version: number }
  /** Which state to compare a file with. */
  | { kind: "compare"; projectId: string; path: string; version: number | null };

export const asked: { dialog: AskedDialog | null; applied: boolean } = $state({
  dialog: null,
  applied: false,
});

/** Asks for confirmation with the plan of a restore; no paths mean the whole tree. */
export function askRestore(projectId: string, version: number, paths: string[] = []): void {
  asked.dialog = { kind: "restore", projectId, version, paths };
}

export function askExport(projectId: string, version: number): void {
  asked.dialog = { kind: "export", projectId, version };
}

export function askCompare(projectId: string, path: string, version: number | null): void {
  asked.dialog = { kind: "compare", projectId, path, version };
}

export function closeAsked(): void {
  asked.dialog = null;
}

export function resetAsked(): void {
  asked.dialog = null;
  asked.applied = false;
}
