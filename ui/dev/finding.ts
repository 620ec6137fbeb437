// What the fake shell finds: files, symbols and text.
import type { IBackend } from "../src/lib/ipc/backend";
import type { SearchState } from "../src/lib/ipc/bindings";

export function fakeFinding(tell: (state: SearchState) => void): Partial<IBackend> {
  void tell;
  return {
    findFiles: () => Promise.resolve({ files: [], matched: 0, total: 0, version: null }),
    findSymbols: () => Promise.resolve({ symbols: [], matched: 0, total: 0, version: null, complete: true }),
  };
}
