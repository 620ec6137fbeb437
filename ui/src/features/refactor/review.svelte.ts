// A proposal while it is reviewed: what is chosen, which hunks are known, and what is in front.
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { backend, toFailure, type Failure, type RefactorJob, type RefactorProposal } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { sections, splitGroups, totals, tri, withChoice } from "./choices";
import { blockKey, cardKeysOf, cards, expectedHunks, isStop, type Block, type HunkPlace } from "./layout";
import { hasProposal } from "./refactors.svelte";
import { Checking } from "./review/checking.svelte";

/** Hunks are asked for in pages of this many. */
const PAGE = 20;
/** Many clicks in a row are stored once. */
const SETTLE_MS = 300;

export class Review {
  proposal: RefactorProposal | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  excluded: ReadonlySet<number> = $state.raw(new Set());
  /** Keys of the cards whose hunks are hidden. */
  readonly folded = new SvelteSet<string>();
  /** What breaks was read and is to be done all the same. */
  anyway = $state(false);
  /** Whether it would do harm. */
  readonly checking = new Checking(this);
  /** The block that the keyboard is at, by its key. */
  at: string | null = $state(null);
  private readonly places = new SvelteMap<string, HunkPlace[]>();
  private readonly asked = new Set<string>();
  private stamp = "";
  private ticket = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private storing: Promise<unknown> = Promise.resolve();

  readonly sections = $derived(this.proposal ? sections(this.proposal) : []);
  readonly totals = $derived(
    this.proposal ? totals(this.proposal, this.excluded) : { taken: 0, all: 0, files: 0 },
  );
  readonly split = $derived(this.proposal ? splitGroups(this.proposal.groups, this.excluded) : []);
  readonly blocks: Block[] = $derived.by(() => {
    const { proposal } = this;
    if (!proposal) return [];
    const wholes = [
      ...proposal.moves.map(({ id }) => `move:${id}`),
      ...proposal.created.map(({ id }) => `created:${id}`),
      ...proposal.removed.map(({ id }) => `removed:${id}`),
    ].map((key): Block => ({ kind: "whole", key }));
    const files = cards(proposal.files, (path) => this.places.get(path) ?? []).flatMap((card): Block[] => {
      const folded = this.folded.has(card.key);
      const head: Block = { kind: "file", card, folded };
      if (folded) return [head];
      const last = card.hunks.length - 1;
      const { file } = card;
      return [
        head,
        ...card.hunks.map(({ place, index }, at): Block => ({
          kind: "hunk",
          file,
          place,
          index,
          last: at === last,
          card,
        })),
      ];
    });
    return [...wholes, ...files];
  });

  constructor(readonly jobId: string) {}

  /** Reads the proposal again when the job has another one. */
  follow(job: RefactorJob): void {
    const stamp = hasProposal(job)
      ? `${job.version} ${job.finished_at ?? ""} ${job.status === "PROPOSED" ? "" : "done"}`
      : "";
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    if (stamp !== "") void this.load();
  }

  async load(): Promise<void> {
    const ticket = (this.ticket += 1);
    try {
      await this.storing;
      const proposal = await backend().refactorProposal(this.jobId);
      if (ticket !== this.ticket) return;
      this.asked.clear();
      this.places.clear();
      for (const { path, edits } of proposal.files) this.places.set(path, expectedHunks(edits));
      this.excluded = new Set(proposal.excluded);
      this.proposal = proposal;
      this.anyway = false;
      this.failure = null;
      if (!this.blocks.some((block) => blockKey(block) === this.at)) {
        const first = this.blocks.find(isStop);
        this.at = first ? blockKey(first) : null;
      }
    } catch (thrown) {
      if (ticket === this.ticket) this.failure = toFailure(thrown);
    }
  }

  /** Asks for the lines of the hunks in sight that are not known yet. */
  want(blocks: readonly Block[]): void {
    for (const block of blocks)
      if (block.kind === "hunk" && block.place.hunk === null)
        void this.page(block.file.path, Math.floor(block.index / PAGE) * PAGE);
  }

  private async page(path: string, first: number): Promise<void> {
    const key = `${first} ${path}`;
    if (this.asked.has(key)) return;
    this.asked.add(key);
    const ticket = this.ticket;
    try {
      const { total, first: from, hunks } = await backend().refactorHunks(this.jobId, path, first, PAGE);
      if (ticket !== this.ticket) return;
      const known = this.places.get(path) ?? [];
      // The shell may see other hunks than were expected: then it is right, and those not told yet stand as placeholders.
      const places =
        known.length === total
          ? [...known]
          : Array.from({ length: total }, (_, at) => known[at] ?? { ids: [], line: 0, hunk: null });
      hunks.forEach((hunk, at) => (places[from + at] = { ids: hunk.ids, line: hunk.line, hunk }));
      this.places.set(path, places);
    } catch (thrown) {
      if (ticket === this.ticket) this.failure = toFailure(thrown);
    }
  }

  /** Everything is taken in unless it is already; then everything is left out. */
  toggle(ids: readonly number[]): void {
    if (ids.length > 0) this.choose(ids, tri(ids, this.excluded) !== "true");
  }

  choose(ids: readonly number[], take: boolean): void {
    if (this.proposal?.job.status !== "PROPOSED") return;
    this.excluded = withChoice(this.excluded, ids, take);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.store(), SETTLE_MS);
  }

  /** What is chosen is stored when this is done. */
  async store(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const excluded = [...this.excluded].sort((one, other) => one - other);
    this.storing = this.storing.then(() => backend().refactorChoose(this.jobId, excluded));
    try {
      await this.storing;
    } catch (thrown) {
      this.storing = Promise.resolve();
      toastFailure(thrown);
      throw thrown;
    }
  }

  /** Resolves when what was chosen so far is stored. */
  async stored(): Promise<void> {
    if (this.timer !== undefined) await this.store();
    else await this.storing;
  }

  /** The block the keyboard is at. */
  get current(): Block | undefined {
    return this.blocks.find((block) => blockKey(block) === this.at);
  }

  /** The hunk after the one the keyboard is at, or before it; false at the ends. */
  step(by: 1 | -1): boolean {
    const stops = this.blocks.filter(isStop);
    const at = stops.findIndex((block) => blockKey(block) === this.at);
    const next = at < 0 ? stops[0] : stops[at + by];
    if (next) this.at = blockKey(next);
    return next !== undefined;
  }

  /** Goes to the first hunk of a row of the list. */
  goTo(key: string, path: string, ids: readonly number[]): void {
    for (const card of cardKeysOf(path)) this.folded.delete(card);
    const wanted = this.blocks.find(
      (block) =>
        (block.kind === "whole" && block.key === key) ||
        (block.kind === "hunk" && block.file.path === path && block.place.ids.some((id) => ids.includes(id))),
    );
    if (wanted) this.at = blockKey(wanted);
  }

  idsOf(block: Block): readonly number[] {
    if (block.kind === "hunk") return block.place.ids;
    if (block.kind === "whole") return [Number(block.key.split(":")[1])];
    return block.card.hunks.flatMap(({ place }) => place.ids);
  }

  /** What is chosen and not stored yet is stored. */
  stop(): void {
    if (this.timer !== undefined) void this.store().catch(() => undefined);
  }
}
