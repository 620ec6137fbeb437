// Which files have an engine that knows what names mean.
import type { WordAtCaret } from "$features/frame/reader-slot.svelte";

/** As the shell's engines take them. */
const KNOWN = /\.(?:[cm]?[jt]sx?|pyi?|rs|go)$/;

/** Whether what a name means can be told: not in a commit, and only in languages with an engine. */
export const hasEngine = (at: Pick<WordAtCaret, "path" | "commit"> | null): boolean =>
  at !== null && at.commit === null && KNOWN.test(at.path);
