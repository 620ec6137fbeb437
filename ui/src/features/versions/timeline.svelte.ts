// The timeline of one project: its versions as far as fetched, what is picked, and what is being compared.
import { Comparison } from "$features/diff/comparison.svelte";
import { detached } from "$lib/detached.svelte";
import { backend, toFailure, type Failure, type VersionCard } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import {
  isSide,
  nothingPicked,
  pick,
  pickAlso,
  sidesKey,
  sidesOf,
  swap,
  type Picked,
  type Sides,
} from "./picking";
import { matchesWords, type Point } from "./timelineRows";

const PAGE = 100;
const MOST = 500;

export class Timeline {
  versions: VersionCard[] = $state.raw([]);
  total = $state(0);
  more = $state(false);
  loaded = $state(false);
  failure: Failure | null = $state.raw(null);
  filter = $state("");
  pinnedOnly = $state(false);
  picked: Picked = $state.raw(nothingPicked);
  /** The row that has the tab stop. */
  focused: Point | null = $state(null);
  /** The version whose label is being written. */
  labelling: number | null = $state(null);
  comparison: Comparison | null = $state.raw(null);
  private comparedKey = "";
  private fetching: Promise<void> | null = null;
  private freshen = false;

  constructor(readonly projectId: string) {}

  get filtered(): boolean {
    return this.pinnedOnly || this.filter.trim() !== "";
  }

  readonly shown: VersionCard[] = $derived.by(() => {
    if (!this.filtered) return this.versions;
    const words = this.filter.trim();
    return this.versions.filter((card) => (!this.pinnedOnly || card.pinned) && matchesWords(card, words));
  });

  readonly sides: Sides | null = $derived.by(() => {
    const latest = this.versions[0]?.version;
    const picked = this.picked.points.length || latest === undefined ? this.picked : pick(latest);
    return sidesOf(picked, (point) => this.before(point));
  });

  /** The version before a point; null when it is the first, undefined while that isn't fetched. */
  before(point: Point): number | null | undefined {
    if (point === "folder") return this.versions[0]?.version ?? null;
    const at = this.versions.findIndex((card) => card.version === point);
    const found = this.versions[at + 1]?.version;
    if (found !== undefined && at >= 0) return found;
    return this.more || at < 0 ? undefined : null;
  }

  card(version: number): VersionCard | undefined {
    return this.versions.find((card) => card.version === version);
  }

  markOf(point: Point): "A" | "B" | null {
    if (isSide(this.sides?.new, point)) return "B";
    return isSide(this.sides?.old, point) ? "A" : null;
  }

  pick(point: Point): void {
    this.picked = pick(point);
    this.focused = point;
  }

  pickAlso(point: Point): void {
    const points = this.picked.points.length ? this.picked : pick(this.versions[0]?.version ?? "folder");
    this.picked = pickAlso(points, point);
    this.focused = point;
  }

  /** Two given states, as a menu or the reader asks for them. */
  compareTwo(one: Point, other: Point): void {
    this.picked = { points: [one, other], swapped: false };
  }

  swap(): void {
    this.picked = swap(this.picked.points.length ? this.picked : pick(this.versions[0]?.version ?? "folder"));
  }

  /** Makes the comparison what the sides say; the one before stays on screen until the answer is there. */
  compare(): void {
    const { sides, onlyNext } = this;
    const key = sides ? sidesKey(sides) : "";
    this.onlyNext = null;
    if (key === this.comparedKey) {
      if (onlyNext !== null && this.comparison) this.comparison.only = onlyNext;
      return;
    }
    this.comparedKey = key;
    this.next?.stop();
    this.next = sides ? detached(() => new Comparison(this.projectId, sides.old, sides.new)) : null;
    const { next } = this;
    if (!next) {
      this.comparison = null;
      return;
    }
    next.only = onlyNext ?? this.comparison?.only ?? null;
    void next.start(null, () => {
      if (this.next !== next) return;
      this.comparison?.stop();
      this.comparison = next;
      this.next = null;
    });
  }

  /** Under way, to take the place of the one on screen. */
  private next: Comparison | null = null;
  /** The file that the next comparison is about. */
  private onlyNext: string | null = null;

  /** Compares one file in two states. */
  compareFile(path: string, one: Point, other: Point): void {
    this.onlyNext = path;
    this.compareTwo(one, other);
    // Nothing else may change, and the screen may not be there yet.
    if (this.comparison && this.sides && sidesKey(this.sides) === this.comparedKey) this.compare();
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

  /** The folder changed: a comparison with it is made again. */
  folderChanged(): void {
    const { sides } = this;
    if (sides?.old.kind === "working_tree" || sides?.new.kind === "working_tree") void this.compareAgain();
  }

  /** Reads the newest versions, keeping as many as were there. */
  async refresh(): Promise<void> {
    if (this.fetching) {
      this.freshen = true;
      return this.fetching;
    }
    this.fetching = this.read(Math.max(PAGE, this.versions.length));
    await this.fetching;
    this.fetching = null;
    if (this.freshen) {
      this.freshen = false;
      await this.refresh();
    }
  }

  /** Fetches older versions: a page, or all there are. */
  async loadMore(all = false): Promise<void> {
    if (this.fetching || !this.more) return;
    const last = this.versions.at(-1)?.version ?? null;
    this.fetching = this.append(last, all ? MOST : PAGE);
    await this.fetching;
    this.fetching = null;
    if (all && this.more && !this.failure) await this.loadMore(true);
  }

  async label(version: number, label: string): Promise<void> {
    await this.change(version, () => backend().labelVersion(this.projectId, version, label.trim()));
  }

  async pin(version: number, pinned: boolean): Promise<void> {
    await this.change(version, () => backend().pinVersion(this.projectId, version, pinned));
  }

  private async change(version: number, work: () => Promise<VersionCard>): Promise<void> {
    try {
      const changed = await work();
      this.versions = this.versions.map((card) => (card.version === version ? changed : card));
    } catch (thrown) {
      toastFailure(thrown);
    }
  }

  private async read(wanted: number): Promise<void> {
    try {
      const found: VersionCard[] = [];
      let page;
      do {
        page = await backend().versions(
          this.projectId,
          found.at(-1)?.version ?? null,
          Math.min(MOST, wanted - found.length),
        );
        found.push(...page.versions);
      } while (page.more && found.length < wanted && page.versions.length > 0);
      this.versions = found;
      this.total = page.total;
      this.more = page.more;
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    this.loaded = true;
  }

  private async append(before: number | null, limit: number): Promise<void> {
    try {
      const page = await backend().versions(this.projectId, before, limit);
      this.versions = [...this.versions, ...page.versions];
      this.more = page.more && page.versions.length > 0;
      this.total = page.total;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
  }
}

const timelines = new Map<string, Timeline>();

/** The timeline of a project; what is picked in it stays while the window is open. */
export function timelineOf(projectId: string): Timeline {
  const known = timelines.get(projectId);
  if (known) return known;
  const made = detached(() => new Timeline(projectId));
  timelines.set(projectId, made);
  return made;
}

export function resetTimelines(): void {
  timelines.clear();
}
