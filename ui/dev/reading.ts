// What the fake shell says about the file in front: its structure and its changes.
import type { IBackend } from "../src/lib/ipc/backend";

export function fakeReading(): Partial<IBackend> {
  return {
    fileStructure: () => Promise.resolve({ folds: [], scopes: [] }),
    lineChanges: () => Promise.resolve(null),
    editors: () => Promise.resolve([]),
    openInEditor: () => Promise.resolve(null),
  };
}
