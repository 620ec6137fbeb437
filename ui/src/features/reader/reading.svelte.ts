// Reading one project: the open files, the one in front, and the way between them.
import {
  backend,
  toFailure,
  type Failure,
  type OpenedFile,
  type OutlineItem,
  type ProjectCard,
} from "$lib/ipc";
import { freshenFacts } from "$features/projects/projects.svelte";
import { FileTree } from "$features/files/fileTree.svelte";
import { hasTwoViews, loadContent, openAt, type Content, type Shown } from "./documents";
import { keyOf, pathOf, stateOf, versionOf, type FileState } from "./fileKey";
import type { ReaderRequest } from "$features/frame/reader-slot.svelte";
import { Find } from "./find.svelte";
import {
  activate,
  activeTab,
  closeTab,
  neighbour,
  openTab,
  pinTab,
  reopenClosed,
  updateTab,
  type Place,
  type Tabs,
} from "./tabs";
import { Trail, type Visit } from "./trail";
import { readViewState, writeViewState } from "./viewState";

/** What the view of the file in front can be asked. Lines are 1-based, columns 0-based. */
export interface Pane {
  goTo(line: number, column: number, end?: number): void;
  /** Null for what has no lines. */
  place(): Place | null;
  focus(): void;
  selectedWords?(): string;
}

export interface OpenOptions {
  pin?: boolean;
  focus?: boolean;
  line?: number;
  column?: number;
  /** Selects up to this column. */
  end?: number;
  /** Which state of the file; without it, the version that is being read, or the folder's. */
  state?: FileState;
}

/** Where to go in a file; `end` selects up to that column. */
interface Target {
  line: number;
  column: number;
  end?: number;
}

/** Views stored since the window opened: newer than what a project's card says. */
const storedViews = new Map<string, string>();

const NOTICEABLE_MS = 150;
const REMEMBER_AFTER_MS = 600;

export class Reading {
  tabs: Tabs = $state.raw({ open: [], active: null, closed: [], recent: [] });
  shown: Shown | null = $state.raw(null);
  /** The file asked for is taking noticeably long. */
  slow = $state(false);
  /** The file in front is gone or unreadable on disk; what is shown is how it was. */
  stale: Failure | null = $state.raw(null);
  outline: OutlineItem[] = $state.raw([]);
  cursor = $state.raw({ line: 1, column: 0, selected: 0 });
  /** Why the text in front has no colours, if it should. */
  plainBecause: Failure | null = $state.raw(null);
  canGoBack = $state(false);
  canGoForward = $state(false);
  /** What is being read: a version, or null for the folder as it is now. */
  version: number | null = $state(null);
  /** The files of what is being read. */
  tree: FileTree = $state.raw() as FileTree;
  readonly find: Find;

  private readonly folderTree: FileTree;

  private pane: Pane | null = null;
  private wantsFocus = false;
  private wantsSelected: Target | null = null;
  private ticket = 0;
  private looks = 0;
  private readonly trail = new Trail();
  private rememberTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly project: ProjectCard) {
    const stored = readViewState(storedViews.get(project.id) ?? project.view_state);
    this.tabs = stored.tabs;
    this.folderTree = new FileTree(project.id, stored.expanded, stored.onlyChanged, () => this.remember());
    this.tree = this.folderTree;
    this.find = new Find(
      (line, start, end) => this.pane?.goTo(line, start, end),
      (failure) => this.noteFailure(failure),
    );
  }

  async start(): Promise<void> {
    const key = this.tabs.active;
    await Promise.all([this.folderTree.load(), key ? this.show(key) : undefined]);
    if (key) void this.tree.reveal(pathOf(key));
  }

  /** Takes up what another screen asked for. */
  async take({ version, commit, path, ...place }: ReaderRequest): Promise<void> {
    if (path === null) return this.readVersion(version);
    await this.open(path, { state: commit ?? version, focus: true, ...place });
    void this.tree.reveal(path);
  }

  /** Reads a version (or the folder again): its tree, and the file in front as it was there. */
  async readVersion(version: number | null): Promise<void> {
    const { active } = this.tabs;
    this.setVersion(version);
    if (active === null || stateOf(active) === version) return;
    const there = await openAt(this.project.id, pathOf(active), version).then(
      () => true,
      () => false,
    );
    if (this.version !== version) return;
    if (there) return this.open(pathOf(active), { state: version });
    this.keepPlace();
    this.tabs = { ...this.tabs, active: null };
    await this.showActive(false);
  }

  async backToFolder(): Promise<void> {
    await this.readVersion(null);
  }

  private setVersion(version: number | null): void {
    if (version === this.version) return;
    this.version = version;
    this.tree = this.folderTree;
    if (version === null) return void this.folderTree.refresh();
    const expanded = this.folderTree.model.expandedPaths();
    this.tree = new FileTree(this.project.id, expanded, false, () => undefined, version);
    void this.tree.load();
  }

  /** Shows a file in a tab of its own, or in the one for files merely looked at. */
  async open(path: string, options: OpenOptions = {}): Promise<void> {
    this.settleVisit();
    this.keepPlace();
    const key = keyOf(path, options.state === undefined ? this.version : options.state);
    this.tabs = openTab(this.tabs, key, options.pin ?? false);
    // A line means the source, also of a file that opens as a page.
    if (options.line) this.tabs = updateTab(this.tabs, key, { shownAs: "source" });
    const target = options.line
      ? { line: options.line, column: options.column ?? 0, ...(options.end ? { end: options.end } : {}) }
      : undefined;
    await this.show(key, target, options.focus ?? false);
  }

  pin(path: string): void {
    this.tabs = pinTab(this.tabs, path);
    this.remember();
  }

  async activate(path: string, focus = false): Promise<void> {
    if (path === this.shown?.path && path === this.tabs.active) {
      if (focus) this.pane?.focus();
      return;
    }
    this.settleVisit();
    this.keepPlace();
    this.tabs = activate(this.tabs, path);
    await this.show(path, undefined, focus);
  }

  async close(path: string | null = this.tabs.active): Promise<void> {
    if (path === null) return;
    this.keepPlace();
    const before = this.tabs.active;
    this.tabs = closeTab(this.tabs, path);
    this.remember();
    if (this.tabs.active !== before) await this.showActive(true);
  }

  async closeOthers(path: string): Promise<void> {
    for (const tab of this.tabs.open) if (tab.path !== path) this.tabs = closeTab(this.tabs, tab.path);
    await this.showActive(true);
  }

  async reopen(): Promise<void> {
    this.keepPlace();
    this.tabs = reopenClosed(this.tabs);
    await this.showActive(true);
  }

  async cycle(step: number): Promise<void> {
    const next = neighbour(this.tabs, step);
    if (next) await this.activate(next, true);
  }

  async back(): Promise<void> {
    this.settleVisit();
    await this.revisit(this.trail.back());
  }

  async forward(): Promise<void> {
    this.settleVisit();
    await this.revisit(this.trail.forward());
  }

  /** Goes to a line of the file in front and remembers where one came from. */
  jump(line: number, column = 0): void {
    if (!this.shown) return;
    this.settleVisit();
    this.pane?.goTo(line, column);
    this.pane?.focus();
    this.visit({ path: this.shown.path, line, column });
  }

  /** Goes to a line as it is counted in the source, which a page then gives way to. */
  goToLine(line: number, column = 0): void {
    const { shown } = this;
    if (shown?.content?.kind !== "markdown") return this.jump(line, column);
    this.pane = null;
    this.tabs = updateTab(this.tabs, shown.path, { shownAs: "source" });
    void this.show(shown.path, { line, column }, true);
  }

  /** Turns a rendered file to its source or back. */
  async turn(): Promise<void> {
    const path = this.shown?.path;
    if (!path || !this.shown?.opened || !hasTwoViews(this.shown.opened)) return;
    const source = this.shown.content.kind === "text";
    this.tabs = updateTab(this.tabs, path, { shownAs: source ? "rendered" : "source" });
    this.pane = null;
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
      } else if (isLast()) this.stale = null;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (!isLast()) return;
      if (before.opened) this.stale = failure;
      else this.put({ path, opened: null, content: null, failure }, undefined, false);
    } finally {
      this.afterLook();
    }
  }

  /** A view could not get more of its file. If that is because the file changed, the new one takes its place. */
  noteFailure(failure: Failure | null): void {
    if (failure?.code === "DOCUMENT_CHANGED") void this.recheck();
  }

  retry(): void {
    if (this.tabs.active) void this.show(this.tabs.active, undefined, true);
  }

  async showFind(): Promise<void> {
    if (this.shown?.content?.kind === "markdown" || this.isPicture()) await this.turn();
    const from = { line: this.cursor.line, column: this.cursor.column };
    this.find.show(this.pane?.selectedWords?.() ?? "", from);
  }

  closeFind(): void {
    this.find.close();
    this.pane?.focus();
  }

  /** The view of the file in front says that it is there. */
  attach(pane: Pane): void {
    this.pane = pane;
    const { wantsSelected } = this;
    if (wantsSelected) pane.goTo(wantsSelected.line, wantsSelected.column, wantsSelected.end);
    this.wantsSelected = null;
    if (this.wantsFocus) pane.focus();
    this.wantsFocus = false;
  }

  detach(pane: Pane): void {
    if (this.pane === pane) this.pane = null;
  }

  focusPane(): void {
    this.pane?.focus();
  }

  /** Gives the focus to the file in front, as soon as its view is there. False when nothing is in front. */
  takeFocus(): boolean {
    if (!this.shown?.content || this.shown.content.kind === "empty") return false;
    if (this.pane) this.pane.focus();
    else this.wantsFocus = true;
    return true;
  }

  /** Stores the view soon; many changes in a row are stored once. */
  remember(): void {
    clearTimeout(this.rememberTimer);
    this.rememberTimer = setTimeout(() => void this.rememberNow(), REMEMBER_AFTER_MS);
  }

  async rememberNow(): Promise<void> {
    clearTimeout(this.rememberTimer);
    this.keepPlace();
    const expanded = this.folderTree.model.expandedPaths();
    const state = { tabs: this.tabs, expanded, onlyChanged: this.folderTree.model.filtered };
    const text = writeViewState(state, new Date().toISOString());
    storedViews.set(this.project.id, text);
    // The next change stores it again; a view that could not be stored is no reason to disturb anyone.
    await backend()
      .saveViewState(this.project.id, text)
      .catch(() => undefined);
  }

  /** Lets go of everything; the view is stored one last time. */
  stop(): void {
    void this.rememberNow();
    this.ticket += 1;
    this.pane = null;
  }

  private isPicture(): boolean {
    const { shown } = this;
    return shown?.opened != null && shown.content.kind === "image" && hasTwoViews(shown.opened);
  }

  private async showActive(focus: boolean): Promise<void> {
    if (this.tabs.active) return this.show(this.tabs.active, undefined, focus);
    this.ticket += 1;
    this.replace(null);
    this.remember();
  }

  private async show(path: string, target?: Target, focus = false): Promise<void> {
    const ticket = ++this.ticket;
    this.setVersion(versionOf(path));
    const timer = setTimeout(() => (this.slow = ticket === this.ticket), NOTICEABLE_MS);
    const next = await this.fetch(path, target?.line);
    clearTimeout(timer);
    if (ticket === this.ticket) {
      this.slow = false;
      this.stale = null;
      this.arrive(next, target, focus);
      const { line, column } = target ?? this.startOf(path);
      this.visit({ path, line, column });
    }
    this.afterLook();
  }

  private arrive(next: Shown, target: Target | undefined, focus: boolean): void {
    if (next.failure !== null || !this.isShown(next)) return this.put(next, target, focus);
    if (target) this.pane?.goTo(target.line, target.column, target.end);
    if (focus) this.pane?.focus();
  }

  /** Whoever reads a file also wants to know whether the folder is still as the version has it. */
  private afterLook(): void {
    this.remember();
    void freshenFacts(this.project.id);
  }

  /** Opens the file. A failure is something to show. */
  private async fetch(path: string, line?: number): Promise<Shown> {
    try {
      const opened = await openAt(this.project.id, pathOf(path), stateOf(path));
      return { path, opened, content: await this.contentOf(path, opened, line), failure: null };
    } catch (thrown) {
      return { path, opened: null, content: null, failure: toFailure(thrown) };
    }
  }

  private contentOf(path: string, opened: OpenedFile, line?: number): Promise<Content> {
    const tab = this.tabs.open.find((one) => one.path === path);
    return loadContent(opened, tab?.shownAs ?? null, line ?? tab?.place?.top ?? 1);
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
      this.tabs = updateTab(this.tabs, next.path, { place: { top, line, column } });
    }
    this.wantsSelected = target?.end === undefined ? null : target;
    this.wantsFocus = focus;
    this.replace(next);
  }

  private replace(next: Shown | null): void {
    this.shown = next;
    this.plainBecause = null;
    this.stale = null;
    this.outline = [];
    const opened = next?.opened;
    const searchable = opened && (next.content.kind === "text" || next.content.kind === "paged");
    this.find.setDocument(
      searchable ? opened.document : null,
      next ? this.startOf(next.path) : { line: 1, column: 0 },
    );
    if (opened?.highlighted && opened.view === "text") void this.fetchOutline(opened.document);
  }

  private async fetchOutline(document: string): Promise<void> {
    const items = await backend()
      .fileOutline(document)
      .catch(() => []);
    if (this.shown?.opened?.document === document) this.outline = items;
  }

  private startOf(path: string): Omit<Visit, "path"> {
    const place = this.tabs.open.find((tab) => tab.path === path)?.place;
    return { line: place?.line ?? 1, column: place?.column ?? 0 };
  }

  private keepPlace(): void {
    const place = this.pane?.place();
    if (place && this.shown) this.tabs = updateTab(this.tabs, this.shown.path, { place });
  }

  private async revisit(visit: Visit | null): Promise<void> {
    this.noteTrail();
    if (!visit) return;
    this.keepPlace();
    this.tabs = openTab(this.tabs, visit.path, activeTab(this.tabs)?.path === visit.path);
    await this.show(visit.path, { line: visit.line, column: visit.column }, true);
  }

  private visit(place: Visit): void {
    this.trail.visit(place);
    this.noteTrail();
  }

  private settleVisit(): void {
    if (this.shown)
      this.trail.settle({ path: this.shown.path, line: this.cursor.line, column: this.cursor.column });
  }

  private noteTrail(): void {
    this.canGoBack = this.trail.canGoBack;
    this.canGoForward = this.trail.canGoForward;
  }
}
