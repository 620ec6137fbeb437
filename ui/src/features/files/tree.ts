// The file tree as a list of visible rows, counted and found without ever building that list.
import type { Failure, TreeEntry } from "$lib/ipc";
import { ancestorsOf, isWithin, parentOf } from "./paths";

/** One visible line of the tree. Lines that are not entries say what stands in for a directory's rows. */
export type TreeRow =
  | {
      kind: "entry";
      entry: TreeEntry;
      /** 0 at the top. */
      depth: number;
      /** Undefined for what cannot be opened up. */
      expanded: boolean | undefined;
      busy: boolean;
      /** 1-based place among its siblings. */
      place: number;
      siblings: number;
    }
  | { kind: "loading" | "empty"; dir: string; depth: number }
  | { kind: "failed"; dir: string; depth: number; failure: Failure };

/** Whether an entry can be opened up; a repository inside the repository can, too. */
export function isFolder(entry: TreeEntry): boolean {
  return entry.kind === "directory" || entry.kind === "submodule";
}

/** A directory that is expanded, or was and is remembered while its parent is closed. */
class Branch {
  all: TreeEntry[] | null = null;
  /** What the filter leaves of `all`; the same array without a filter. */
  shown: TreeEntry[] = [];
  failure: Failure | null = null;
  loading = false;
  /** Loading for longer than people notice. */
  slow = false;
  fromVersion: number | null = null;
  /** Expanded directories among `shown`, by index. */
  open: { index: number; branch: Branch }[] = [];
  /** Visible rows below this directory. */
  total = 0;
  private places: Map<string, number> | null = null;

  constructor(
    readonly path: string,
    readonly depth: number,
  ) {}

  setShown(entries: TreeEntry[]) {
    this.shown = entries;
    this.places = null;
  }

  placeOf(path: string): number {
    this.places ??= new Map(this.shown.map((entry, index) => [entry.path, index]));
    return this.places.get(path) ?? -1;
  }

  /** The one row that stands in for missing entries, if any. */
  standIn(): TreeRow | null {
    const depth = this.depth;
    if (this.failure) return { kind: "failed", dir: this.path, depth, failure: this.failure };
    if (this.all === null) return this.slow ? { kind: "loading", dir: this.path, depth } : null;
    return this.shown.length === 0 && this.path !== "" ? { kind: "empty", dir: this.path, depth } : null;
  }
}

export class TreeModel {
  private readonly branches = new Map<string, Branch>();
  private readonly expanded = new Set<string>();
  private readonly root = new Branch("", 0);
  private onlyChanged = false;

  constructor(expanded: Iterable<string> = []) {
    this.branches.set("", this.root);
    for (const path of expanded) if (path) this.expanded.add(path);
  }

  get count(): number {
    return this.root.total;
  }

  get filtered(): boolean {
    return this.onlyChanged;
  }

  /** Set when the rows come from a version because the folder is gone. */
  get fromVersion(): number | null {
    return this.root.fromVersion;
  }

  get rootFailure(): Failure | null {
    return this.root.failure;
  }

  get rootLoaded(): boolean {
    return this.root.all !== null;
  }

  /** Whether the root was read and holds nothing. */
  get isEmpty(): boolean {
    return this.root.all?.length === 0;
  }

  expandedPaths(): string[] {
    return [...this.expanded];
  }

  isExpanded(path: string): boolean {
    return path === "" || this.expanded.has(path);
  }

  /** Whether a directory's entries are known. */
  isLoaded(path: string): boolean {
    return this.branches.get(path)?.all != null;
  }

  /** Opens a directory. True when its entries are still to be fetched. */
  expand(path: string): boolean {
    this.expanded.add(path);
    this.attach(path);
    return !this.isLoaded(path);
  }

  collapse(path: string): void {
    this.expanded.delete(path);
    this.attach(path);
  }

  collapseAll(): void {
    this.expanded.clear();
    for (const path of [...this.branches.keys()]) if (path !== "") this.branches.delete(path);
    this.relink(this.root);
    this.recount();
  }

  startLoading(path: string): void {
    this.branch(path).loading = true;
  }

  /** Says that a fetch takes noticeably long. */
  markSlow(path: string): void {
    const branch = this.branch(path);
    if (!branch.loading) return;
    branch.slow = true;
    this.recount();
  }

  setEntries(path: string, entries: TreeEntry[], fromVersion: number | null): void {
    const branch = this.branch(path);
    branch.all = entries;
    branch.fromVersion = fromVersion;
    branch.failure = null;
    this.settle(branch);
  }

  /** A directory could not be read. What was there before gives way to the message. */
  setFailure(path: string, failure: Failure): void {
    const branch = this.branch(path);
    branch.all = null;
    branch.failure = failure;
    this.settle(branch);
  }

  /** Shows only entries that differ from the latest version. */
  setOnlyChanged(on: boolean): void {
    this.onlyChanged = on;
    for (const branch of this.branches.values()) this.refilter(branch);
    for (const branch of this.branches.values()) this.relink(branch);
    this.recount();
  }

  /** Directories whose rows are on view, parents before children. */
  visibleDirectories(): string[] {
    const found: string[] = [];
    const visit = (branch: Branch) => {
      found.push(branch.path);
      for (const { branch: child } of branch.open) visit(child);
    };
    visit(this.root);
    return found;
  }

  /** Expanded directories whose entries were never fetched though their parent is on view. */
  missingDirectories(): string[] {
    return this.visibleDirectories().filter((path) => {
      const branch = this.branches.get(path);
      return branch !== undefined && branch.all === null && !branch.loading && branch.failure === null;
    });
  }

  /** The row at a 0-based position. */
  rowAt(index: number): TreeRow | undefined {
    if (index < 0 || index >= this.root.total) return undefined;
    let branch = this.root;
    let rest = index;
    for (;;) {
      const standIn = branch.standIn();
      if (standIn) return standIn;
      const step = descend(branch, rest);
      if (step.into) {
        branch = step.into;
        rest = step.rest;
        continue;
      }
      const entry = branch.shown[step.rest];
      if (!entry) return undefined;
      const child = isFolder(entry) ? this.branches.get(entry.path) : undefined;
      return {
        kind: "entry",
        entry,
        depth: branch.depth,
        expanded: isFolder(entry) ? this.expanded.has(entry.path) : undefined,
        busy: (child?.loading && child.all === null && this.expanded.has(entry.path)) ?? false,
        place: step.rest + 1,
        siblings: branch.shown.length,
      };
    }
  }

  /** The 0-based position of an entry, -1 when it is not on view. */
  indexOf(path: string): number {
    const parent = parentOf(path);
    if (parent === null) return -1;
    let at = 0;
    let branch = this.root;
    for (const step of [...ancestorsOf(path), path]) {
      const place = branch.placeOf(step);
      if (place < 0) return -1;
      at += place;
      for (const child of branch.open) {
        if (child.index >= place) break;
        at += child.branch.total;
      }
      if (step === path) return at;
      const next = branch.open.find((child) => child.index === place);
      if (!next) return -1;
      branch = next.branch;
      at += 1;
    }
    return -1;
  }

  private settle(branch: Branch): void {
    branch.loading = false;
    branch.slow = false;
    this.refilter(branch);
    this.relink(branch);
    this.recount();
  }

  private refilter(branch: Branch): void {
    const all = branch.all ?? [];
    branch.setShown(this.onlyChanged ? all.filter((entry) => entry.change !== null) : all);
  }

  private branch(path: string): Branch {
    let branch = this.branches.get(path);
    if (!branch) {
      branch = new Branch(path, ancestorsOf(path).length + 1);
      this.branches.set(path, branch);
    }
    return branch;
  }

  /** Brings a directory's parent up to date after it was opened or closed. */
  private attach(path: string): void {
    const parent = parentOf(path);
    if (parent === null) return;
    const above = this.branches.get(parent);
    if (above) {
      const index = above.placeOf(path);
      above.open = above.open.filter((child) => child.index !== index);
      if (index >= 0 && this.expanded.has(path)) {
        above.open.push({ index, branch: this.branch(path) });
        above.open.sort((a, b) => a.index - b.index);
      }
    }
    this.recount();
  }

  /** Finds the expanded directories among a branch's entries again. */
  private relink(branch: Branch): void {
    branch.open = [];
    const near = [...this.expanded].filter((path) => parentOf(path) === branch.path);
    for (const path of near) {
      const index = branch.placeOf(path);
      if (index >= 0) branch.open.push({ index, branch: this.branch(path) });
      else if (branch.all && !branch.all.some((entry) => entry.path === path)) this.forget(path);
    }
    branch.open.sort((a, b) => a.index - b.index);
  }

  private forget(gone: string): void {
    for (const path of [...this.expanded]) if (isWithin(path, gone)) this.expanded.delete(path);
    for (const path of [...this.branches.keys()])
      if (path !== "" && isWithin(path, gone)) this.branches.delete(path);
  }

  private recount(): void {
    const visit = (branch: Branch): number => {
      branch.total = branch.standIn() ? 1 : branch.shown.length;
      if (!branch.standIn()) for (const { branch: child } of branch.open) branch.total += visit(child);
      return branch.total;
    };
    visit(this.root);
  }
}

/** Where a row position leads inside a branch: into an expanded directory, or to the entry at `rest`. */
function descend(branch: Branch, index: number): { into: Branch | null; rest: number } {
  let below = 0;
  for (const child of branch.open) {
    const row = child.index + below;
    if (index <= row) break;
    if (index <= row + child.branch.total) return { into: child.branch, rest: index - row - 1 };
    below += child.branch.total;
  }
  return { into: null, rest: index - below };
}
