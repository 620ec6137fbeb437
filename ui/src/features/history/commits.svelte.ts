// The commits of one project: the list in front, which are picked, what there is to know of them, and what is compared.
import { untrack } from "svelte";
import { Comparison } from "$features/diff/comparison.svelte";
import { sidesKey, type Sides } from "$features/versions/picking";
import { detached } from "$lib/detached.svelte";
import {
  backend,
  toFailure,
  type CommitDetail,
  type Failure,
  type HistoryQuery,
  type HistoryState,
} from "$lib/ipc";
import type { HistoryRequest, NamedCommit } from "./asked.svelte";
import { kept } from "./kept";
import { CommitList } from "./commitList.svelte";
import {
  commitSide,
  noCommit,
  pairOf,
  parentSide,
  pickCommit,
  pickCommitToo,
  pickPair,
  swapPair,
  type CommitPicks,
} from "./commitPicks";

/** Typing shorter than this apart is one change. */
const TYPING_MS = 220;

const everything: HistoryQuery = { path: null, reference: null, text: null };

export class Commits {
  list: CommitList | null = $state.raw(null);
  query: HistoryQuery = $state.raw(everything);
  /** What the field holds; the list follows when typing rests. */
  text = $state("");
  picks: CommitPicks = $state.raw(noCommit);
  /** The picked commit is compared with the folder instead of its parent. */
  withFolder = $state(false);
  /** Which parent a merge is compared with. */
  parent = $state(0);
  /** The row that has the tab stop. */
  focused = $state(0);
  detail: CommitDetail | null = $state.raw(null);
  detailFailure: Failure | null = $state.raw(null);
  comparison: Comparison | null = $state.raw(null);
  private next: Comparison | null = null;
  /** The file that the next comparison is about. */
  private onlyNext: string | null = null;
  private nextList: CommitList | null = null;
  private comparedKey = "";
  private detailOf = "";
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly projectId: string) {}

  /** The two that are compared, the older first. */
  readonly pair: { old: NamedCommit; new: NamedCommit } | null = $derived(pairOf(this.picks));

  /** The one that is looked at, when it is one. */
  get picked(): string | null {
    return this.picks.commits.length === 1 ? (this.picks.commits[0]?.id ?? null) : null;
  }

  readonly parents: readonly string[] | null = $derived.by(() => {
    const { picked, detail } = this;
    if (picked === null) return null;
    if (detail?.card.id === picked) return detail.card.parents;
    return this.list?.row(this.list.placeOf(picked))?.parents ?? null;
  });

  readonly sides: Sides | null = $derived.by(() => {
    const { pair, picked, parents } = this;
    if (pair) return { old: commitSide(pair.old.id), new: commitSide(pair.new.id) };
    if (picked === null) return null;
    if (this.withFolder) return { old: commitSide(picked), new: { kind: "working_tree" } };
    return parents ? { old: parentSide(parents, this.parent), new: commitSide(picked) } : null;
  });

  markOf(id: string): "A" | "B" | null {
    const { pair } = this;
    if (pair) return pair.new.id === id ? "B" : pair.old.id === id ? "A" : null;
    return null;
  }

  isPicked(id: string): boolean {
    return this.picks.commits.some((commit) => commit.id === id);
  }

  pick(id: string): void {
    this.picks = pickCommit(id);
    this.withFolder = false;
    this.parent = 0;
  }

  pickToo(id: string): void {
    this.picks = pickCommitToo(this.picks, id, (one) => this.list?.placeOf(one) ?? -1);
    this.withFolder = false;
    this.parent = 0;
  }

  swap(): void {
    this.picks = swapPair(this.picks);
  }

  /** Compares the picked commit with the folder: one file of it, or all. */
  compareFolder(path: string | null = null): void {
    this.withFolder = true;
    this.onlyNext = path;
    // Nothing else may change, and the screen may not be there yet.
    if (this.sides && sidesKey(this.sides) === this.comparedKey) this.compare();
  }

  /** Takes up what another screen asked for. */
  take(asked: HistoryRequest): void {
    if (asked.kind === "list") {
      this.text = "";
      this.picks = noCommit;
      this.ask({ path: asked.path, reference: asked.reference, text: null });
    } else if (asked.kind === "commit") {
      this.pick(asked.id);
      this.focusPicked();
    } else if (asked.kind === "folder") {
      this.pick(asked.id);
      this.focusPicked();
      this.compareFolder(asked.path);
    } else {
      this.picks = pickPair(asked.old, asked.new);
      this.withFolder = false;
    }
  }

  private focusPicked(): void {
    const at = this.picked === null ? -1 : (this.list?.placeOf(this.picked) ?? -1);
    if (at >= 0) this.focused = at;
  }

  /** The field was typed in. */
  typed(text: string): void {
    this.text = text;
    clearTimeout(this.typing);
    const wanted = text.trim() || null;
    if (wanted !== this.query.text)
      this.typing = setTimeout(() => this.ask({ ...this.query, text: wanted }), TYPING_MS);
  }

  /** Lists other commits. What is on screen stays until there is something to show in its place. */
  ask(query: HistoryQuery): void {
    clearTimeout(this.typing);
    this.query = query;
    this.read(true);
  }

  /** Reads the list when there is none yet, or when that failed. */
  open(): void {
    if (this.nextList) return;
    if (!this.list) this.read(true);
    else if (this.list.problem) this.read(false);
    if (this.detailFailure) this.describeAgain();
  }

  /** Reads the same list again: there may be new commits. */
  refresh(): void {
    this.read(false);
  }

  heard(state: HistoryState): void {
    this.list?.heard(state);
    this.nextList?.heard(state);
  }

  private read(fromTop: boolean): void {
    this.nextList?.stop();
    const next = detached(() => new CommitList(this.projectId, this.query));
    this.nextList = next;
    if (!this.list) this.list = next;
    void next.start(() => {
      if (this.nextList !== next) return next.stop();
      this.nextList = null;
      if (this.list !== next) this.list?.stop();
      this.list = next;
      if (fromTop) this.focused = 0;
      this.pickFirst();
    });
  }

  /** With nothing picked, the newest commit is looked at. */
  pickFirst(): void {
    const first = this.list?.row(0);
    if (first && this.picks.commits.length === 0) this.pick(first.id);
  }

  /** Asks for what there is to know of the picked commit. */
  async describe(): Promise<void> {
    const { picked } = this;
    if (picked === null || picked === this.detailOf) return;
    this.detailOf = picked;
    this.detailFailure = null;
    try {
      const detail = await backend().commit(this.projectId, picked);
      if (this.detailOf === picked) this.detail = detail;
    } catch (thrown) {
      if (this.detailOf !== picked) return;
      this.detail = null;
      this.detailFailure = toFailure(thrown);
    }
  }

  describeAgain(): void {
    this.detailOf = "";
    void this.describe();
    void this.compareAgain();
  }

  /** Makes the comparison what the sides say; the one before stays on screen until the answer is there. */
  compare(): void {
    const { sides, onlyNext } = this;
    const key = sides ? sidesKey(sides) : "";
    this.onlyNext = null;
    if (key === this.comparedKey) {
      const made = this.next ?? this.comparison;
      if (onlyNext !== null && made) made.only = onlyNext;
      return;
    }
    this.comparedKey = key;
    this.next?.stop();
    this.next = sides ? detached(() => new Comparison(this.projectId, sides.old, sides.new)) : null;
    const { next } = this;
    if (!next) return;
    next.only = onlyNext ?? this.followed();
    void next.start(null, () => {
      if (this.next !== next) return next.stop();
      this.comparison?.stop();
      this.comparison = next;
      this.next = null;
    });
  }

  /** Where the file whose history is listed was in the picked commit. */
  private followed(): string | null {
    const { picked, list } = this;
    if (picked === null || !list?.query.path || this.withFolder) return null;
    return untrack(() => list.row(list.placeOf(picked))?.path ?? null);
  }

  /** Compares the same sides again; what is on screen stays until the answer is there. */
  async compareAgain(): Promise<void> {
    const { sides, comparison } = this;
    if (!sides || !comparison) return;
    const again = detached(() => new Comparison(this.projectId, sides.old, sides.new));
    await again.start(comparison, () => {
      if (this.comparison !== comparison || this.next) return again.stop();
      comparison.stop();
      this.comparison = again;
    });
  }
}

const known = kept(
  (projectId) => new Commits(projectId),
  (commits) => commits.list?.stop(),
);

/** The commits of a project; what is picked among them stays while the window is open. */
export const commitsOf = (projectId: string): Commits => known.of(projectId);

export const resetCommits = (): void => known.reset();
