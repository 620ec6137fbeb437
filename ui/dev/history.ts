// What the fake shell says about commits and a project as a whole.
import type { IBackend } from "../src/lib/ipc/backend";
import type { HistoryState } from "../src/lib/ipc/bindings";

export function fakeHistory(tell: (state: HistoryState) => void): Partial<IBackend> {
  void tell;
  return {};
}
