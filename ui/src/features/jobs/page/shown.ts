// What the parts of a page are told about it.
import type { SentenceChoice } from "$lib/ipc";
import type { Citing } from "./citing";

export interface PageShown {
  citing: Citing;
  /** It is being written. */
  active: boolean;
  /** A model writes, or wrote, into its slots. */
  hasWriter: boolean;
  /** What is written into this slot now; null for nothing. Tracked. */
  liveOf: (slot: string) => string | null;
  /** Decides about a sentence without a citation; null while that can't be stored. */
  choose: ((slot: string, sentence: number, choice: SentenceChoice) => void) | null;
}
