// One pane of the reader: the file it shows, what is known about it, and the places visited in it.
import {
  backend,
  toFailure,
  type Failure,
  type FileStructure,
  type LineChanges,
  type OpenedFile,
  type OutlineItem,
  type ProjectCard,
} from "$lib/ipc";
import { ThreadsHere, threadsSoon } from "$features/threads/here.svelte";
import type { Draft, Drafts } from "$features/threads/drafts.svelte";
import type { ThreadHere } from "$lib/ipc";
import { carried } from "$features/threads/lines";
import type { ThreadView } from "$features/threads/view.svelte";
import type { Text } from "@codemirror/state";
import { BlameOfPane } from "./blame.svelte";
import { hasTwoViews, loadContent, openAt, type Content, type Shown } from "./documents";
import { pathOf, stateOf, type FileState } from "./fileKey";
import { Find } from "./find.svelte";
import type { Place, Tab } from "./tabs";
import { Trail, type Visit } from "./trail";

/** What the view of a file can be asked. Lines are 1-based, columns 0-based. */
export interface PaneView {
  goTo(line: number, column: number, end?: number, lastLine?: number): void;
  /** Null for what has no lines. */
  place(): Place | null;
  focus(): void;
  /** The selected text, if it lies within one line. */
  selectedWords?(): string;
  selectedText?(): string;
  /** Source lines selected, first and last; the caret's when nothing is. */
  selectedLines?(): { first: number; last: number };
  wordAtCaret?(): { word: string; line: number; column: number } | null;
  /** The line at the top, with the part of it that is scrolled away: 12.5 is half of line 12. */
  topLine?(): number;
  scrollToLine?(top: number): void;
  /** What folds and unfolds; absent for what can't be folded. */
  fold?: { here(): void; openHere(): void; all(): void; openAll(): void };
  /** Shows what a line was before; false when it did not change. */
  showChange?(line: number): boolean;
  /** Shows the commit a line came with, with the focus in it. */
  showBlame?(line: number): void;
  /** Puts the caret beside a thread or a draft between the lines, without scrolling. */
  leaveBlock?(key: string): void;
}

/** Where to go in a file; `end` selects up to that column, `lastLine` whole lines up to that one. */
export interface Target {
  line: number;
  column: number;
  end?: number;
  lastLine?: number;
}

export interface OpenOptions extends Partial<Target> {
  pin?: boolean;
  focus?: boolean;
  /** Which state of the file; without it, the version that is being read, or the folder's. */
  state?: FileState;
  /** Where to; the pane used last without it. */
  pane?: ReaderPane;
}

/** What a pane needs of the reader it is part of. */
export interface PaneHome {
  readonly project: ProjectCard;
  readonly threadView: ThreadView;
  readonly drafts: Drafts;
  /** The pane used last. */
  readonly front: ReaderPane;
  /** Shows the list of threads where it is out of sight. */
  showThreads(): void;
  /** What is remembered of an open file. */
  tabOf(pane: ReaderPane, key: string): Tab | null;
  changeTab(pane: ReaderPane, key: string, change: Partial<Omit<Tab, "path">>): void;
  /** Opens a file, in this pane rather than in the one used last when `pane` says so. */
  open(path: string, options: OpenOptions): Promise<void>;
  close(key: string | null | undefined): Promise<void>;
  /** Something worth storing changed. */
  remember(): void;
  /** A file was looked at on the disk. */
  looked(): void;
  /** A pane begins to show a file. */
  coming(pane: ReaderPane, key: string): void;
  /** The pane was scrolled to a line (as `topLine`). */
  scrolled(pane: ReaderPane, top: number): void;
  /** The pane has the focus. */
  focused(pane: ReaderPane): void;
}

const NOTICEABLE_MS = 150;

/** The lines of a draft in a newer state of their file: others in number, or the same where they were changed themselves. */
function carry(draft: Draft, old: Text, next: Text, before: string, after: string): void {
  const { place, shownAt } = draft;
  const isHere = shownAt?.document === before || place?.document === before;
  if (!place || !isHere || place.place.line_start === 0) return;
  const { first, last } = shownAt ?? { first: place.place.line_start, last: place.place.line_end };
  const now = carried(old, next, first, last);
  if (now && !shownAt)
    draft.place = {
      ...place,
      place: { ...place.place, line_start: now.first, line_end: now.last },
      document: after,
    };
  // What was read is what it is about; it stays about where it was.
  else draft.shownAt = { document: after, first: now?.first ?? first, last: now?.last ?? last };
}

function goTo(view: PaneView, { line, column, end, lastLine }: Target): void {
  view.goTo(line, column, end, lastLine);
}

export class ReaderPane {
  shown: Shown | null = $state.raw(null);
  /** The file asked for is taking noticeably long. */
  slow = $state(false);
  /** The file is gone or unreadable on disk; what is shown is how it was. */
  stale: Failure | null = $state.raw(null);
  outline: OutlineItem[] = $state.raw([]);
  /** Folds and scopes; null until known, and for what has none. */
  structure: FileStructure | null = $state.raw(null);
  /** How the file of the folder differs from the commit or version before; null where that can't be told. */
  changes: LineChanges | null = $state.raw(null);
  cursor = $state.raw({ line: 1, column: 0, selected: 0 });
  /** Why the text has no colours, if it should. */
  plainBecause: Failure | null = $state.raw(null);
  canGoBack = $state(false);
  canGoForward = $state(false);
  readonly find: Find;
  readonly blame = new BlameOfPane();
  readonly threads = new ThreadsHere();
  readonly trail = new Trail();

  private view: PaneView | null = null;
  private wantsFocus = false;
  private wantsSelected: Target | null = null;
  private ticket = 0;
  private looks = 0;
  /** Threads that were fetched along with a document. */
  private known: { document: string; list: readonly ThreadHere[] | null } | null = null;

  constructor(
    readonly home: PaneHome,
    /** Also the beginning of the ids of its elements. */
    readonly name: "reader" | "side",
  ) {
    this.find = new Find(
      (line, start, end) => this.view?.goTo(line, start, end),
      (failure) => this.noteFailure(failure),
    );
  }

  get project(): ProjectCard {
    return this.home.project;
  }

  /**
   * Shows a file, at a place of it if one is given. The content before stays until the new one is there.
   * `coming` is the file, where it was asked for already.
   */
  async show(key: string, target?: Target, focus = false, coming?: Promise<Shown>): Promise<void> {
    const ticket = ++this.ticket;
    this.home.coming(this, key);
    const timer = setTimeout(() => (this.slow = ticket === this.ticket), NOTICEABLE_MS);
    const next = await (coming ?? this.fetch(key, target?.line));
    clearTimeout(timer);
    if (ticket === this.ticket) {
      this.slow = false;
      this.stale = null;
      this.arrive(next, target, focus);
      const { line, column } = target ?? this.startOf(key);
      this.visit({ path: key, line, column }, target !== undefined);
    }
    this.home.looked();
  }

  /** Shows nothing. */
  clear(): void {
    this.ticket += 1;
    this.slow = false;
    this.replace(null);
  }

  /** Gives the focus back to the file, beside a thread or a draft that had it. */
  focusBeside(key: string): void {
    this.view?.leaveBlock?.(key);
    this.view?.focus();
  }

  /** Goes to a thread of the file. */
  goToThread(id: string): void {
    const { threads } = this;
    if (!threads.byId(id)) return;
    threads.current = id;
    threads.wanted = id;
    if (this.shown?.content?.kind === "text") threads.reveal(id);
    else {
      threads.panel = id;
      this.home.showThreads();
    }
  }

  /** Goes to a thread in the source of a file that is shown as a page. */
  showInSource(id: string): void {
    const here = this.threads.byId(id);
    if (!here) return;
    this.threads.panel = null;
    this.threads.current = id;
    this.threads.wanted = id;
    this.home.threadView.fold(here.thread, false);
    this.goToLine(Math.max(1, here.line_start));
  }

  /** Goes to a line of the file and remembers where one came from. */
  jump(line: number, column = 0): void {
    if (!this.shown) return;
    this.settleVisit();
    this.view?.goTo(line, column);
    this.view?.focus();
    this.visit({ path: this.shown.path, line, column }, true);
  }

  /** Goes to a line as it is counted in the source, which a page then gives way to. */
  goToLine(line: number, column = 0): void {
    const { shown } = this;
    if (shown?.content?.kind !== "markdown") return this.jump(line, column);
    this.settleVisit();
    this.view = null;
    this.home.changeTab(this, shown.path, { shownAs: "source" });
    void this.show(shown.path, { line, column }, true);
  }

  /** Turns a rendered file to its source or back. */
  async turn(): Promise<void> {
    const path = this.shown?.path;
    if (!path || !this.shown?.opened || !hasTwoViews(this.shown.opened)) return;
    const source = this.shown.content.kind === "text";
    this.home.changeTab(this, path, { shownAs: source ? "rendered" : "source" });
    this.view = null;
    await this.show(path, undefined, true);
  }

  /**
   * Looks at the disk again: newer bytes replace the old ones in place, a missing file says so.
   * Never in the way of a file that is being opened: what was looked at and is no longer in front is dropped.
   */
  async recheck(): Promise<void> {
    const before = this.shown;
    if (!before) return;
    const look = ++this.looks;
    const isLast = () => look === this.looks && this.shown === before;
    const { path } = before;
    try {
      const opened = await openAt(this.project.id, pathOf(path), stateOf(path));
      if (opened.document !== before.opened?.document) {
        const content = await this.contentOf(path, opened);
        if (isLast()) this.put({ path, opened, content, failure: null }, undefined, false);
      } else if (isLast()) {
        this.stale = null;
        void this.fetchChanges(opened);
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (!isLast()) return;
      if (before.opened) this.stale = failure;
      else this.put({ path, opened: null, content: null, failure }, undefined, false);
    } finally {
      this.home.looked();
    }
  }

  /** A view could not get more of its file. If that is because the file changed, the new one takes its place. */
  noteFailure(failure: Failure | null): void {
    if (failure?.code === "DOCUMENT_CHANGED") void this.recheck();
  }

  async showFind(): Promise<void> {
    if (this.shown?.content?.kind === "markdown" || this.isPicture()) await this.turn();
    const from = { line: this.cursor.line, column: this.cursor.column };
    this.find.show(this.view?.selectedWords?.() ?? "", from);
  }

  closeFind(): void {
    this.find.close();
    this.view?.focus();
  }

  /** The view of the file says that it is there. */
  attach(view: PaneView): void {
    this.view = view;
    const { wantsSelected } = this;
    if (wantsSelected) goTo(view, wantsSelected);
    this.wantsSelected = null;
    if (this.wantsFocus) view.focus();
    this.wantsFocus = false;
  }

  detach(view: PaneView): void {
    if (this.view === view) this.view = null;
  }

  /** What is remembered of the file that is shown. */
  get tab(): Tab | null {
    return this.shown ? this.home.tabOf(this, this.shown.path) : null;
  }

  /** The view of the file, while it is there. */
  get current(): PaneView | null {
    return this.view;
  }

  /** Gives the focus to the file, as soon as its view is there. False when there is nothing to focus. */
  takeFocus(): boolean {
    if (!this.shown?.content || this.shown.content.kind === "empty") return false;
    if (this.view) this.view.focus();
    else this.wantsFocus = true;
    return true;
  }

  /** Notes in the file's tab where one is in it. */
  keepPlace(): void {
    const place = this.view?.place();
    if (place && this.shown) this.home.changeTab(this, this.shown.path, { place });
  }

  settleVisit(): void {
    if (this.shown)
      this.trail.settle({ path: this.shown.path, line: this.cursor.line, column: this.cursor.column });
  }

  noteTrail(): void {
    this.canGoBack = this.trail.canGoBack;
    this.canGoForward = this.trail.canGoForward;
  }

  /** Lets go of everything. */
  stop(): void {
    this.ticket += 1;
    this.view = null;
    this.blame.stop();
  }

  private isPicture(): boolean {
    const { shown } = this;
    return shown?.opened != null && shown.content.kind === "image" && hasTwoViews(shown.opened);
  }

  private arrive(next: Shown, target: Target | undefined, focus: boolean): void {
    if (next.failure !== null || !this.isShown(next)) return this.put(next, target, focus);
    if (target && this.view) goTo(this.view, target);
    if (focus) this.view?.focus();
  }

  /** Opens the file; its source when a line of it is wanted. A failure is something to show. */
  async fetch(path: string, line?: number): Promise<Shown> {
    try {
      const opened = await openAt(this.project.id, pathOf(path), stateOf(path));
      return { path, opened, content: await this.contentOf(path, opened, line), failure: null };
    } catch (thrown) {
      return { path, opened: null, content: null, failure: toFailure(thrown) };
    }
  }

  /** What is shown of a file. Its threads come along where they are there as soon, so that nothing moves for them later. */
  private async contentOf(path: string, opened: OpenedFile, line?: number): Promise<Content> {
    const tab = this.home.tabOf(this, path);
    const shownAs = line === undefined ? (tab?.shownAs ?? null) : "source";
    const { document } = opened;
    const [content, list] = await Promise.all([
      loadContent(opened, shownAs, line ?? tab?.place?.top ?? 1),
      threadsSoon(document),
    ]);
    this.known = { document, list };
    return content;
  }

  private isShown(next: Shown): boolean {
    const { shown } = this;
    const sameBytes = shown?.opened?.document === next.opened?.document && shown?.path === next.path;
    return sameBytes && shown?.content?.kind === next.content?.kind;
  }

  private put(next: Shown, target: Target | undefined, focus: boolean): void {
    if (next.path === this.shown?.path) this.keepPlace();
    if (target) {
      const top = Math.max(1, target.line - 8);
      const { line, column } = target;
      this.home.changeTab(this, next.path, { place: { top, line, column } });
    }
    this.wantsSelected = target?.end === undefined && target?.lastLine === undefined ? null : target;
    this.wantsFocus = focus;
    this.replace(next);
  }

  private replace(next: Shown | null): void {
    this.carryDrafts(next);
    this.shown = next;
    this.plainBecause = null;
    this.stale = null;
    this.outline = [];
    this.structure = null;
    this.changes = null;
    const opened = next?.opened;
    const kind = next?.content?.kind;
    const searchable = opened && (kind === "text" || kind === "paged");
    this.find.setDocument(
      searchable ? opened.document : null,
      next ? this.startOf(next.path) : { line: 1, column: 0 },
    );
    const known = this.known?.document === opened?.document ? this.known?.list : null;
    this.threads.setDocument(opened?.document ?? null, opened ? (next?.path ?? null) : null, known);
    this.blame.setDocument(opened && kind === "text" ? opened.document : null);
    if (opened?.highlighted && opened.view === "text") void this.fetchOutline(opened.document);
    if (opened && kind === "text") {
      void this.fetchStructure(opened.document);
      void this.fetchChanges(opened);
    }
  }

  /** What is being written about lines goes along with them when the file is changed elsewhere. */
  private carryDrafts(next: Shown | null): void {
    const { shown } = this;
    if (!next?.opened || !shown?.opened || shown.path !== next.path) return;
    if (shown.content.kind !== "text" || next.content.kind !== "text") return;
    const [before, after] = [shown.opened.document, next.opened.document];
    if (before === after) return;
    for (const draft of this.home.drafts.all.values())
      carry(draft, shown.content.text, next.content.text, before, after);
  }

  private async fetchOutline(document: string): Promise<void> {
    const items = await backend()
      .fileOutline(document)
      .catch(() => []);
    if (this.shown?.opened?.document === document) this.outline = items;
  }

  private async fetchStructure(document: string): Promise<void> {
    // A file without structure is read as it is: nothing to fold and no header.
    const structure = await backend()
      .fileStructure(document)
      .catch(() => null);
    if (this.shown?.opened?.document === document) this.structure = structure;
  }

  private async fetchChanges({ document, from_version, from_commit }: OpenedFile): Promise<void> {
    if (from_version !== null || from_commit !== null) return;
    const changes = await backend()
      .lineChanges(document)
      .catch(() => null);
    const { shown } = this;
    if (shown?.opened?.document !== document || shown.content?.kind !== "text") return;
    if (JSON.stringify(changes) !== JSON.stringify(this.changes)) this.changes = changes;
  }

  private startOf(path: string): Place | { line: number; column: number } {
    const place = this.home.tabOf(this, path)?.place;
    return { line: place?.line ?? 1, column: place?.column ?? 0 };
  }

  private visit(place: Visit, jumped: boolean): void {
    this.trail.visit(place, jumped);
    this.noteTrail();
  }
}
