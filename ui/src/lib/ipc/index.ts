// What the rest of the interface imports from the shell.
export { backend, provideBackend } from "./backend";
export type { DropEvent, IBackend, Unlisten } from "./backend";
export { toFailure } from "./failure";
export type { FileSpan } from "./raw";
export type * from "./bindings";
