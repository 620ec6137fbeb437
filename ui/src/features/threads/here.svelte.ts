// The threads of the file in one pane: where they are in it, and which of them has the attention.
import { toFailure, type Failure, backend, type ThreadCard, type ThreadHere } from "$lib/ipc";
import type { MenuItem } from "$lib/ui/menuItem";

const byLine = (one: ThreadHere, other: ThreadHere): number =>
  one.line_start - other.line_start ||
  one.line_end - other.line_end ||
  one.thread.created_at.localeCompare(other.thread.created_at);

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export class ThreadsHere {
  /** By line. Those of the document before stay until the new ones are there. */
  list: readonly ThreadHere[] = $state.raw([]);
  /** Whether they are those of the document in front. */
  ready = $state(false);
  failure: Failure | null = $state.raw(null);
  /** The thread that was gone to last. */
  current: string | null = $state(null);
  /** The thread that is to have the focus as soon as it is on screen. */
  wanted: string | null = $state(null);
  /** The thread that the list beside the file shows whole, where the file itself can't. */
  panel: string | null = $state(null);
  /** A menu that is open over the reader. */
  menu: { label: string; items: readonly MenuItem[]; at: { x: number; y: number } } | null = $state.raw(null);
  /** The thread whose places are listed. */
  history: ThreadCard | null = $state.raw(null);
  /** Brings a thread or a draft into view; set by the view that shows them between its lines. */
  reveal: (key: string) => void = () => undefined;
  /** Heights of what stands between the lines, by key, in pixels: they outlive the view. */
  readonly heights = new Map<string, number>();

  private document: string | null = null;
  private path: string | null = null;
  private asking: Promise<void> | null = null;
  private again = false;

  /**
   * The document from now on; null for none. `known` are its threads where they were fetched along with it.
   * Another file begins with none, a newer state of the same file with what there was.
   */
  setDocument(document: string | null, path: string | null, known?: readonly ThreadHere[] | null): void {
    if (document === this.document && path === this.path) {
      if (document !== null) void this.refresh();
      return;
    }
    const isOther = path !== this.path;
    this.document = document;
    this.path = path;
    this.failure = null;
    this.ready = known != null;
    if (isOther) {
      this.list = [];
      this.current = null;
      this.panel = null;
    }
    if (known) this.put(known);
    else if (document !== null) void this.refresh();
  }

  byId(id: string): ThreadHere | undefined {
    return this.list.find(({ thread }) => thread.id === id);
  }

  get open(): number {
    return this.list.reduce((sum, { thread }) => sum + Number(!thread.resolved), 0);
  }

  /** Asks again, and resolves when the answer is there; while one is under way, once more after it. */
  refresh(): Promise<void> {
    if (this.asking) this.again = true;
    else this.asking = this.askUntilNew().finally(() => (this.asking = null));
    return this.asking;
  }

  private async askUntilNew(): Promise<void> {
    do {
      this.again = false;
      await this.ask();
    } while (this.again);
  }

  /** A thread as it is from now on, before the shell was asked where it is. */
  take(card: ThreadCard): void {
    const put = (here: ThreadHere) => (here.thread.id === card.id ? { ...here, thread: card } : here);
    this.list = this.list.map(put);
  }

  /** A thread that was just written below these lines. */
  begun(card: ThreadCard, at: { first: number; last: number } | null): void {
    if (card.place.path !== this.path && at === null) return;
    const { line_start, line_end } = at ? { line_start: at.first, line_end: at.last } : card.place;
    if (!this.byId(card.id))
      this.put([...this.list, { thread: card, state: card.state, line_start, line_end }]);
  }

  /** A thread that is gone, or none of this file any more. */
  drop(id: string): void {
    this.list = this.list.filter(({ thread }) => thread.id !== id);
  }

  private async ask(): Promise<void> {
    const { document } = this;
    if (document === null) return;
    try {
      const list = await backend().threadsOfDocument(document);
      if (document !== this.document) return;
      this.failure = null;
      this.put(list);
      this.ready = true;
    } catch (thrown) {
      if (document === this.document) this.failure = toFailure(thrown);
    } finally {
      if (document !== this.document) this.again = true;
    }
  }

  /** What did not change stays the same object, so that nothing is drawn for it. */
  private put(list: readonly ThreadHere[]): void {
    const before = new Map(this.list.map((here) => [here.thread.id, here]));
    const next = [...list].sort(byLine).map((here) => {
      const old = before.get(here.thread.id);
      return old && same(old, here) ? old : here;
    });
    if (next.length !== this.list.length || next.some((here, at) => here !== this.list[at])) this.list = next;
  }
}

const PATIENCE_MS = 60;

/** The threads of a document, if they are there before somebody notices that they are waited for. */
export async function threadsSoon(document: string): Promise<readonly ThreadHere[] | null> {
  const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  const ask = async () => backend().threadsOfDocument(document);
  return Promise.race([ask().catch(() => null), late]);
}
