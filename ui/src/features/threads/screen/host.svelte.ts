// What a thread needs around it where no file is open: the same things that a pane of the reader gives it.
import { askReader } from "$features/frame/reader-slot.svelte";
import { showWorkspace } from "$features/frame/route.svelte";
import type { ReaderPane } from "$features/reader/pane.svelte";
import { toFailure, type ThreadHere } from "$lib/ipc";
import { draftsOf } from "../drafts.svelte";
import { ThreadsHere } from "../here.svelte";
import { plainThreadView, ThreadView } from "../view.svelte";

/** Where a thread's file is to be opened. */
interface Opening {
  state?: number | string | null;
  line?: number;
  lastLine?: number;
}

/** Threads that are asked for by other means than the document they stand in. */
export class AskedThreads extends ThreadsHere {
  private asked = 0;

  constructor(private readonly fetch: () => Promise<readonly ThreadHere[]>) {
    super();
  }

  /** An answer to an older question is of no use. */
  override async refresh(): Promise<void> {
    const question = ++this.asked;
    try {
      const list = await this.fetch();
      if (question !== this.asked) return;
      this.list = list;
      this.failure = null;
      this.ready = true;
    } catch (thrown) {
      if (question === this.asked) this.failure = toFailure(thrown);
    }
  }
}

/** Opens a file of the project in the reader. */
export function openInReader(path: string, { state = null, line, lastLine }: Opening): void {
  askReader({
    version: typeof state === "number" ? state : null,
    ...(typeof state === "string" ? { commit: state } : {}),
    path,
    ...(line ? { line } : {}),
    ...(lastLine ? { lastLine } : {}),
  });
  showWorkspace();
}

/**
 * Stands in for a pane of the reader. `leave` takes the focus when somebody leaves a thread by Esc; `reveal` brings a thread or a draft into sight.
 */
export function hostOf(
  projectId: string,
  threads: ThreadsHere,
  leave: () => void,
  reveal: (key: string) => void = () => undefined,
): ReaderPane {
  threads.reveal = reveal;
  const host = {
    threads,
    project: { id: projectId },
    shown: null,
    cursor: { line: 0, column: 0 },
    current: { focus: showWorkspace },
    home: {
      threadView: new ThreadView(plainThreadView, () => undefined),
      drafts: draftsOf(projectId),
      showThreads: () => undefined,
      open: (path: string, opening: Opening) => {
        openInReader(path, opening);
        return Promise.resolve();
      },
    },
    focusBeside: leave,
  };
  // What threads use of a pane is all here; the rest of a pane is about files.
  return host as unknown as ReaderPane;
}
