// Reading one project: the open files, the pane in front and the one beside it, and the tree of what is read.
import { backend, type OutlineItem, type ProjectCard } from "$lib/ipc";
import { freshenFacts } from "$features/projects/projects.svelte";
import { FileTree } from "$features/files/fileTree.svelte";
import type { ReaderRequest } from "$features/frame/reader-slot.svelte";
import { draftsOf, type Drafts } from "$features/threads/drafts.svelte";
import { ThreadView } from "$features/threads/view.svelte";
import { openAt, type Shown } from "./documents";
import { keyOf, pathOf, stateOf, versionOf, type FileState } from "./fileKey";
import type { Find } from "./find.svelte";
import { ReaderPane, type OpenOptions, type PaneHome, type Target } from "./pane.svelte";
import {
  activate,
  activeTab,
  closeTab,
  neighbour,
  noTabs,
  openTab,
  pinTab,
  reopenClosed,
  updateTab,
  type Tab,
  type Tabs,
} from "./tabs";
import type { Visit } from "./trail";
import { readViewState, writeViewState } from "./viewState";

/** Views stored since the window opened: newer than what a project's card says. */
const storedViews = new Map<string, string>();

const REMEMBER_AFTER_MS = 600;
/** How long a tab may wait for its file. */
const IN_ONE_GO_MS = 50;
/** A pane that was scrolled along tells so by its own scroll event, which must not lead the other one in turn. */
const ECHO_MS = 120;

export class Reading implements PaneHome {
  tabs: Tabs = $state.raw(noTabs);
  /** The file beside; null while there is one pane. */
  side: Tab | null = $state.raw(null);
  /** The part of the width that the first pane has, 0.2 to 0.8. */
  share = $state(0.5);
  /** Whether the window has room for two panes. */
  wide = $state(true);
  /** Whether the panes scroll as one, while they show the same file. */
  together = $state(false);
  /** What is being read: a version, or null for the folder as it is now. */
  version: number | null = $state(null);
  /** The files of what is being read. */
  tree: FileTree = $state.raw() as FileTree;
  /** The first rows were painted: there is time for what nobody waits for. */
  settled = $state(false);
  /** The pane with the tabs. */
  readonly left: ReaderPane;
  /** The pane beside, shown while `side` is set. */
  readonly right: ReaderPane;
  /** The pane used last; commands act on it. */
  front: ReaderPane = $state.raw() as ReaderPane;
  readonly threadView: ThreadView;
  /** What is being written about the project. */
  readonly drafts: Drafts;
  /** Shows the list of threads, where it is out of sight; set by the screen. */
  showThreads: () => void = () => undefined;

  private readonly folderTree: FileTree;
  private versionTree: FileTree | null = null;
  private echo: { pane: ReaderPane; until: number } | null = null;
  private hurry: (() => void) | null = null;
  private rememberTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly project: ProjectCard) {
    const stored = readViewState(storedViews.get(project.id) ?? project.view_state);
    this.tabs = stored.tabs;
    this.side = stored.side;
    this.share = stored.share;
    this.together = stored.together;
    this.threadView = new ThreadView(stored.threads, () => this.remember());
    this.drafts = draftsOf(project.id);
    this.folderTree = new FileTree(project.id, stored.expanded, stored.onlyChanged, () => this.remember());
    this.tree = this.folderTree;
    this.left = new ReaderPane(this, "reader");
    this.right = new ReaderPane(this, "side");
    this.front = this.left;
  }

  get shown(): Shown | null {
    return this.front.shown;
  }

  get find(): Find {
    return this.front.find;
  }

  get outline(): OutlineItem[] {
    return this.front.outline;
  }

  get cursor(): { line: number; column: number; selected: number } {
    return this.front.cursor;
  }

  /** Whether two panes are shown. */
  get split(): boolean {
    return this.side !== null && this.wide;
  }

  /** What names the file of the pane in front. */
  get file(): string | null {
    return this.fileOf(this.front);
  }

  /** What names the file a pane shows or is about to show. */
  fileOf(pane: ReaderPane): string | null {
    return pane === this.right ? (this.side?.path ?? null) : this.tabs.active;
  }

  async start(): Promise<void> {
    const key = this.tabs.active;
    void this.drafts.load();
    await Promise.all([
      this.folderTree.load(),
      key ? this.left.show(key) : undefined,
      this.side ? this.right.show(this.side.path) : undefined,
    ]);
    if (key) void this.tree.reveal(pathOf(key));
  }

  /** Takes up what another screen asked for. */
  async take({ version, commit, path, ...place }: ReaderRequest): Promise<void> {
    if (path === null) return this.readVersion(version);
    await this.open(path, { state: commit ?? version, focus: true, ...place });
    void this.tree.reveal(path);
  }

  /** Shows what another screen asked for in the pane beside. */
  async takeAside({ version, commit, path, line, column = 0 }: ReaderRequest): Promise<void> {
    if (path === null) return;
    const key = keyOf(path, commit ?? version);
    await this.openAside(key);
    if (line)
      await this.open(path, { state: commit ?? version, pane: this.right, focus: true, line, column });
  }

  /** Reads a version (or the folder again): its tree, and the file in front as it was there. */
  async readVersion(version: number | null): Promise<void> {
    const { front, file } = this;
    this.setVersion(version);
    if (file === null || stateOf(file) === version) return;
    const there = await openAt(this.project.id, pathOf(file), version).then(
      () => true,
      () => false,
    );
    if (this.version !== version) return;
    if (there) return this.open(pathOf(file), { state: version, pane: front });
    if (front === this.right) return this.closeSide();
    front.keepPlace();
    this.tabs = { ...this.tabs, active: null };
    await this.showActive(false);
  }

  backToFolder(): Promise<void> {
    return this.readVersion(null);
  }

  private setVersion(version: number | null): void {
    if (version === this.version) return;
    this.version = version;
    this.tree = this.folderTree;
    if (version === null) return void this.folderTree.refresh();
    if (this.versionTree?.version !== version) {
      const expanded = this.folderTree.model.expandedPaths();
      this.versionTree = new FileTree(this.project.id, expanded, false, () => undefined, version);
      void this.versionTree.load();
    }
    this.tree = this.versionTree;
  }

  /** Shows a file in a tab of its own, or in the one for files merely looked at. */
  async open(path: string, options: OpenOptions = {}): Promise<void> {
    const pane = options.pane ?? this.front;
    this.leave(pane);
    const key = keyOf(path, options.state === undefined ? this.version : options.state);
    const { line, column = 0, end, lastLine } = options;
    const coming = pane.fetch(key, line);
    await this.inOneGo(coming);
    this.putInPane(pane, key, options.pin ?? false);
    // A line means the source, also of a file that opens as a page.
    if (line) this.changeTab(pane, key, { shownAs: "source" });
    const target: Target | undefined = line
      ? {
          line,
          column,
          ...(end === undefined ? {} : { end }),
          ...(lastLine === undefined ? {} : { lastLine }),
        }
      : undefined;
    await pane.show(key, target, options.focus ?? false, coming);
  }

  /** Shows a file beside the one in front: by itself the same one, at the same place. */
  async openAside(key: string | null = this.file): Promise<void> {
    if (key === null || !this.wide) return;
    const from = this.front;
    from.keepPlace();
    const place = from.shown?.path === key ? (this.tabOf(from, key)?.place ?? null) : null;
    this.leave(this.right);
    this.side = { path: key, preview: false, place, shownAs: this.tabOf(from, key)?.shownAs ?? null };
    this.front = this.right;
    await this.right.show(key, undefined, true);
  }

  closeSide(): void {
    if (!this.side) return;
    this.side = null;
    this.right.clear();
    this.front = this.left;
    this.follow();
    this.remember();
    this.left.takeFocus();
  }

  /** Shows the same file as another state has it. */
  readState(pane: ReaderPane, state: FileState): Promise<void> {
    const file = this.fileOf(pane);
    if (file === null) return Promise.resolve();
    const { line, column } = pane.cursor;
    const isPage = pane.shown?.content?.kind === "markdown";
    return this.open(pathOf(file), { state, pane, focus: true, ...(isPage ? {} : { line, column }) });
  }

  /** Whether both panes show the same path, in two states or twice. */
  get sameFile(): boolean {
    const { active } = this.tabs;
    return active !== null && this.side !== null && pathOf(active) === pathOf(this.side.path);
  }

  pin(path: string): void {
    this.tabs = pinTab(this.tabs, path);
    this.remember();
  }

  async activate(path: string, focus = false): Promise<void> {
    this.front = this.left;
    if (path === this.left.shown?.path && path === this.tabs.active) {
      this.follow();
      if (focus) this.left.current?.focus();
      return;
    }
    this.leave(this.left);
    const coming = this.left.fetch(path);
    await this.inOneGo(coming);
    this.tabs = activate(this.tabs, path);
    await this.left.show(path, undefined, focus, coming);
  }

  async close(path: string | null | undefined = this.file): Promise<void> {
    if (path == null) return;
    if (this.front === this.right && path === this.side?.path) return this.closeSide();
    this.left.keepPlace();
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
    this.left.keepPlace();
    this.tabs = reopenClosed(this.tabs);
    await this.showActive(true);
  }

  async cycle(step: number): Promise<void> {
    const next = neighbour(this.tabs, step);
    if (next) await this.activate(next, true);
  }

  async back(): Promise<void> {
    this.front.settleVisit();
    await this.revisit(this.front.trail.back());
  }

  async forward(): Promise<void> {
    this.front.settleVisit();
    await this.revisit(this.front.trail.forward());
  }

  async recheck(): Promise<void> {
    await Promise.all([this.left.recheck(), this.right.recheck()]);
  }

  /** Threads of the project changed. */
  freshenThreads(): void {
    void this.left.threads.refresh();
    void this.right.threads.refresh();
  }

  retry(pane: ReaderPane): void {
    const file = this.fileOf(pane);
    if (file !== null) void pane.show(file, undefined, true);
  }

  focusPane(): void {
    this.front.current?.focus();
  }

  takeFocus(): boolean {
    return this.front.takeFocus();
  }

  tabOf(pane: ReaderPane, key: string): Tab | null {
    if (pane === this.right) return this.side?.path === key ? this.side : null;
    return this.tabs.open.find((tab) => tab.path === key) ?? null;
  }

  changeTab(pane: ReaderPane, key: string, change: Partial<Omit<Tab, "path">>): void {
    if (pane !== this.right) this.tabs = updateTab(this.tabs, key, change);
    else if (this.side?.path === key) this.side = { ...this.side, ...change };
  }

  coming(pane: ReaderPane, key: string): void {
    if (pane === this.front) this.setVersion(versionOf(key));
  }

  /** Whoever reads a file also wants to know whether the folder is still as the version has it. */
  looked(): void {
    this.remember();
    void freshenFacts(this.project.id);
  }

  focused(pane: ReaderPane): void {
    if (pane === this.front || (pane === this.right && !this.split)) return;
    this.front = pane;
    this.follow();
  }

  scrolled(pane: ReaderPane, top: number): void {
    this.remember();
    if (!this.together || !this.sameFile) return;
    const { echo } = this;
    if (echo?.pane === pane && performance.now() < echo.until) return;
    const other = pane === this.left ? this.right : this.left;
    this.echo = { pane: other, until: performance.now() + ECHO_MS };
    other.current?.scrollToLine?.(top);
  }

  setTogether(together: boolean): void {
    this.together = together;
    this.remember();
    const top = this.front.current?.topLine?.();
    if (together && top !== undefined) this.scrolled(this.front, top);
  }

  /** The pane beside goes out of sight while there is no room for it, and comes back with it. */
  setWide(wide: boolean): void {
    if (wide === this.wide) return;
    this.right.keepPlace();
    this.wide = wide;
    if (!wide && this.front === this.right) this.focused(this.left);
  }

  setShare(share: number): void {
    this.share = Math.min(0.8, Math.max(0.2, share));
    this.remember();
  }

  /** Stores the view soon; many changes in a row are stored once. */
  remember(): void {
    clearTimeout(this.rememberTimer);
    this.rememberTimer = setTimeout(() => void this.rememberNow(), REMEMBER_AFTER_MS);
  }

  async rememberNow(): Promise<void> {
    clearTimeout(this.rememberTimer);
    this.left.keepPlace();
    this.right.keepPlace();
    const { tabs, side, share, together } = this;
    const expanded = this.folderTree.model.expandedPaths();
    const onlyChanged = this.folderTree.model.filtered;
    const state = { tabs, side, share, together, expanded, onlyChanged, threads: this.threadView.stored };
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
    void this.drafts.flush();
    this.left.stop();
    this.right.stop();
  }

  /**
   * Resolves when the file is there, so that its tab and its text are drawn at once rather than one after the other; earlier when
   * it takes long or another one is asked for.
   */
  private async inOneGo(coming: Promise<unknown>): Promise<void> {
    this.hurry?.();
    await new Promise<void>((go) => {
      this.hurry = go;
      setTimeout(go, IN_ONE_GO_MS);
      void coming.finally(go);
    });
  }

  private leave(pane: ReaderPane): void {
    pane.settleVisit();
    pane.keepPlace();
  }

  private putInPane(pane: ReaderPane, key: string, pin: boolean): void {
    if (pane !== this.right) this.tabs = openTab(this.tabs, key, pin);
    else if (this.side?.path !== key) this.side = { path: key, preview: false, place: null, shownAs: null };
  }

  /** The tree shows what the pane in front reads. */
  private follow(): void {
    const { file } = this;
    if (file !== null) this.setVersion(versionOf(file));
  }

  private async showActive(focus: boolean): Promise<void> {
    this.front = this.left;
    if (this.tabs.active) return this.left.show(this.tabs.active, undefined, focus);
    this.left.clear();
    this.remember();
  }

  private async revisit(visit: Visit | null): Promise<void> {
    const pane = this.front;
    pane.noteTrail();
    if (!visit) return;
    pane.keepPlace();
    this.putInPane(pane, visit.path, activeTab(this.tabs)?.path === visit.path);
    await pane.show(visit.path, { line: visit.line, column: visit.column }, true);
  }
}
