// The file tree of one project: fetches directories as they are opened and tells the view when rows changed.
import { backend, toFailure, type Directory } from "$lib/ipc";
import { ancestorsOf } from "./paths";
import { TreeModel } from "./tree";

/** Waiting shorter than this is not shown. */
const NOTICEABLE_MS = 150;
/** A directory that answers within this opens in one go with its rows, rather than first open and then full. */
const AT_ONCE_MS = 40;

/** The root of a project that is about to be opened, asked for before its screen is made. */
let warm: { projectId: string; at: number; answer: Promise<Directory> } | null = null;
/** A root read longer ago than this is read again. */
const WARM_MS = 2000;

/** Asks for a project's root, so that its rows are there with its screen. */
export function warmRoot(projectId: string): Promise<Directory> {
  if (warm?.projectId !== projectId || performance.now() - warm.at > WARM_MS) {
    const answer = backend().directory(projectId, "", null);
    warm = { projectId, at: performance.now(), answer };
    // Whoever takes it is told why it failed.
    answer.catch(() => undefined);
  }
  return warm.answer;
}

/** The root asked for ahead, once. */
function takeWarm(projectId: string): Promise<Directory> | null {
  const taken = warm?.projectId === projectId && performance.now() - warm.at <= WARM_MS ? warm.answer : null;
  if (warm?.projectId === projectId) warm = null;
  return taken;
}

export class FileTree {
  readonly model: TreeModel;
  /** Path of the row that has the tab stop. */
  focused = $state("");
  /** The first load, with everything that was expanded, has come to its end. */
  ready = $state(false);
  /** Raised whenever rows changed. */
  private turn = $state(0);
  private refreshing = false;
  /** Something changed while the directories were being read. */
  private refreshAgain = false;
  private readonly tickets = new Map<string, number>();

  constructor(
    readonly projectId: string,
    expanded: string[],
    onlyChanged: boolean,
    private readonly onRemember: () => void,
    /** Null lists the folder as it is now. */
    readonly version: number | null = null,
  ) {
    this.model = new TreeModel(expanded);
    this.model.setOnlyChanged(onlyChanged);
  }

  get count(): number {
    void this.turn;
    return this.model.count;
  }

  get filtered(): boolean {
    void this.turn;
    return this.model.filtered;
  }

  /** What to show in place of rows when there are none. */
  get emptiness(): "loading" | "empty" | "unchanged" | "failed" | null {
    void this.turn;
    if (this.model.rootFailure) return "failed";
    if (this.model.count > 0) return null;
    if (!this.model.rootLoaded) return "loading";
    return this.model.isEmpty ? "empty" : "unchanged";
  }

  get rootFailure() {
    void this.turn;
    return this.model.rootFailure;
  }

  get fromVersion(): number | null {
    void this.turn;
    return this.model.fromVersion;
  }

  rowAt(index: number) {
    void this.turn;
    return this.model.rowAt(index);
  }

  indexOf(path: string): number {
    void this.turn;
    return path === "" ? -1 : this.model.indexOf(path);
  }

  /** Fetches the root and everything that was expanded, level by level. */
  async load(): Promise<void> {
    await this.fetch("", this.version === null ? takeWarm(this.projectId) : null);
    await this.fetchMissing();
    this.ready = true;
  }

  async expand(path: string): Promise<void> {
    const missing = this.model.expand(path);
    this.onRemember();
    if (missing) {
      const late = setTimeout(() => this.changed(), AT_ONCE_MS);
      await this.fetch(path);
      clearTimeout(late);
    } else this.changed();
    await this.fetchMissing();
  }

  collapse(path: string): void {
    this.model.collapse(path);
    this.changed();
    this.onRemember();
  }

  collapseAll(): void {
    this.model.collapseAll();
    this.changed();
    this.onRemember();
  }

  setOnlyChanged(on: boolean): void {
    this.model.setOnlyChanged(on);
    this.changed();
    this.onRemember();
  }

  /** Opens every directory above a path, so that its row can be shown. False when it isn't there. */
  async reveal(path: string): Promise<boolean> {
    for (const dir of ancestorsOf(path)) await this.expand(dir);
    return this.model.indexOf(path) >= 0;
  }

  /** Reads the directories on view again; rows stay until the new ones are there. */
  async refresh(): Promise<void> {
    if (!this.ready) return;
    this.refreshAgain = this.refreshing;
    if (this.refreshing) return;
    this.refreshing = true;
    do {
      this.refreshAgain = false;
      for (const path of this.model.visibleDirectories()) {
        if (path === "" || this.model.isExpanded(path)) await this.fetch(path);
      }
      await this.fetchMissing();
    } while (this.refreshAgain);
    this.refreshing = false;
  }

  async retry(path: string): Promise<void> {
    await this.fetch(path);
    await this.fetchMissing();
  }

  private async fetchMissing(): Promise<void> {
    for (let missing = this.model.missingDirectories(); missing.length > 0;) {
      await Promise.all(missing.map((path) => this.fetch(path)));
      missing = this.model.missingDirectories();
    }
  }

  private async fetch(path: string, ahead: Promise<Directory> | null = null): Promise<void> {
    const ticket = (this.tickets.get(path) ?? 0) + 1;
    this.tickets.set(path, ticket);
    this.model.startLoading(path);
    const timer = setTimeout(() => {
      if (this.model.isLoaded(path)) return;
      this.model.markSlow(path);
      this.changed();
    }, NOTICEABLE_MS);
    try {
      const { entries, from_version } = await (ahead ??
        backend().directory(this.projectId, path, this.version));
      if (this.tickets.get(path) === ticket) this.model.setEntries(path, entries, from_version);
    } catch (thrown) {
      if (this.tickets.get(path) === ticket) this.model.setFailure(path, toFailure(thrown));
    } finally {
      clearTimeout(timer);
      this.changed();
    }
  }

  private changed(): void {
    this.turn += 1;
  }
}
