// The questions about refactor jobs that are open: a new name, a new place, what to replace, and how to take a job back.
import type { WordAtCaret } from "$features/frame/reader-slot.svelte";
import type { RefactorCheckCommand, RefactorConflict, RefactorJob, RefactorUndo, Trust } from "$lib/ipc";

/** A name in the folder as it is now. */
export interface NamePlace {
  path: string;
  /** 1-based. */
  line: number;
  /** UTF-8 bytes of the line, from 0. */
  column: number;
}

export interface RenameQuestion {
  projectId: string;
  place: NamePlace;
  name: string;
  /** "function"; empty when only its spelling is known. */
  symbolKind: string;
  /** Found by spelling alone. */
  byName: boolean;
  /** What the field begins with, where that is not the name itself. */
  suggestion: string | null;
  /** The proposal that a new one replaces. */
  instead: RefactorJob | null;
}

export type Question =
  | ({ kind: "rename" } & RenameQuestion)
  | { kind: "move"; projectId: string; path: string }
  | { kind: "replace"; projectId: string; query: string }
  | { kind: "pattern"; projectId: string }
  | { kind: "patch"; projectId: string }
  | { kind: "anyway"; conflicts: RefactorConflict[]; go: () => void }
  | {
      kind: "trust-check";
      projectId: string;
      command: RefactorCheckCommand;
      /** Why it is asked. */
      why: string;
      go: (trust: Trust) => void;
    }
  | { kind: "undo"; job: RefactorJob; plan: RefactorUndo };

/** A name in the reader that is to be called otherwise. */
export interface InPlace {
  projectId: string;
  at: WordAtCaret;
}

class Asked {
  question: Question | null = $state.raw(null);
  /** The name whose field is open in the reader. */
  inPlace: InPlace | null = $state.raw(null);
  /** Raised to ask for the focus on the screen. */
  focus = $state(0);

  close(): void {
    this.question = null;
    this.inPlace = null;
  }
}

export const asked = new Asked();
