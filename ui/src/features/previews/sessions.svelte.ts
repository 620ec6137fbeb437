// The previews of one project: the sessions that are listed, which is chosen, their logs, and what else could be shown.
import { SvelteSet } from "svelte/reactivity";
import { detached } from "$lib/detached.svelte";
import {
  backend,
  toFailure,
  type DevCommand,
  type Failure,
  type Preview,
  type PreviewChoices,
} from "$lib/ipc";
import { PreviewLog } from "./log.svelte";

/** What the large part of the screen shows: a session, the command that was not started yet, or the choices. */
export type Chosen = { kind: "session"; id: string } | { kind: "waiting" } | { kind: "new" };

const rank = { PENDING: 0, READY: 1, EXPIRED: 2 } as const;

export class PreviewList {
  list: Preview[] = $state.raw([]);
  loaded = $state(false);
  failure: Failure | null = $state.raw(null);
  /** What of the folder could be shown; null until it was looked for. */
  choices: PreviewChoices | null = $state.raw(null);
  choicesFailure: Failure | null = $state.raw(null);
  /** What was chosen by hand. */
  asked: Chosen | null = $state.raw(null);
  /** What could not be done, until something else is done. */
  problem: Failure | null = $state.raw(null);
  /** The session that the next choice is opened beside. */
  besideOf: string | null = $state(null);
  /** A command that is being written, and where it would run. */
  draft: { text: string; folder: string } | null = $state(null);
  /** A start, stop or the like is under way for this session (or "new"). */
  readonly busy = new SvelteSet<string>();
  private readonly logs = new Map<string, PreviewLog>();
  /** Sessions taken off the list, which a late event must not bring back. */
  private readonly removed = new Set<string>();
  private heard = 0;
  private loading: Promise<void> | null = null;

  constructor(readonly projectId: string) {}

  readonly running: Preview[] = $derived(this.list.filter((one) => one.status !== "EXPIRED"));
  readonly ready: Preview[] = $derived(this.list.filter((one) => one.status === "READY"));

  /** The best command, while nothing of the list ran it. */
  readonly waiting: DevCommand | null = $derived.by(() => {
    const best = this.choices?.commands[0];
    if (!best || best.missing !== null) return null;
    return this.list.some((one) => one.command === best.shown && one.folder === best.folder) ? null : best;
  });

  /** What is in front: what was chosen by hand while it is there, else the first that runs, else the first. */
  readonly chosen: Chosen = $derived.by(() => {
    const { asked } = this;
    if (asked?.kind === "new") return asked;
    if (asked?.kind === "waiting" && this.waiting) return asked;
    if (asked?.kind === "session" && this.find(asked.id)) return asked;
    const first = this.running[0] ?? this.list[0];
    if (first) return { kind: "session", id: first.id };
    return { kind: "new" };
  });

  readonly session: Preview | undefined = $derived(
    this.chosen.kind === "session" ? this.find(this.chosen.id) : undefined,
  );

  find(id: string): Preview | undefined {
    return this.list.find((one) => one.id === id);
  }

  choose(id: string): void {
    this.asked = { kind: "session", id };
    this.besideOf = null;
  }

  /** Shows the choices; what is chosen then opens beside a session, if one is named. */
  askNew(besideOf: string | null = null): void {
    this.besideOf = besideOf;
    this.asked = { kind: "new" };
    this.problem = null;
  }

  /** Reads the list. Events that come meanwhile are newer than the answer: then it is read again. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = null));
    return this.loading;
  }

  private async read(): Promise<void> {
    try {
      let heard;
      do {
        ({ heard } = this);
        const list = await backend().previews(this.projectId);
        this.list = list.filter((one) => !this.removed.has(one.id));
      } while (heard !== this.heard);
      this.failure = null;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    }
    this.loaded = true;
  }

  async loadChoices(): Promise<void> {
    try {
      this.choices = await backend().previewChoices(this.projectId, null);
      this.choicesFailure = null;
    } catch (thrown) {
      this.choicesFailure = toFailure(thrown);
    }
  }

  /** Takes over what is newer. Answers what the session was before, undefined for one that wasn't known. */
  put(preview: Preview): Preview | undefined {
    const before = this.find(preview.id);
    if (this.removed.has(preview.id)) return before;
    if (before && rank[preview.status] < rank[before.status]) return before;
    this.heard += 1;
    // What is in sight stays there when it ends.
    if (before && this.session?.id === preview.id) this.choose(preview.id);
    this.list = before
      ? this.list.map((one) => (one.id === preview.id ? preview : one))
      : [preview, ...this.list];
    return before;
  }

  /** Takes a session off, as the engine did. */
  drop(id: string): void {
    this.removed.add(id);
    this.logs.get(id)?.stop();
    this.logs.delete(id);
    const place = this.list.findIndex((one) => one.id === id);
    const wasChosen = this.chosen.kind === "session" && this.chosen.id === id;
    this.list = this.list.filter((one) => one.id !== id);
    // The one that moves up is next.
    const next = this.list[Math.min(place, this.list.length - 1)];
    if (wasChosen) this.asked = next ? { kind: "session", id: next.id } : null;
  }

  /** It is listed again. */
  async bringBack(id: string): Promise<void> {
    this.removed.delete(id);
    this.heard += 1;
    await this.load();
    if (this.find(id)) this.choose(id);
  }

  log(id: string): PreviewLog {
    const known = this.logs.get(id);
    if (known) return known;
    const made = detached(() => new PreviewLog(id));
    this.logs.set(id, made);
    return made;
  }

  /** The log of a session, if somebody looked at it. */
  knownLog(id: string): PreviewLog | undefined {
    return this.logs.get(id);
  }

  forget(): void {
    for (const log of this.logs.values()) log.stop();
    this.logs.clear();
  }
}

const lists = new Map<string, PreviewList>();

/** The previews of a project, kept while the window is unlocked. */
export function previewsOf(projectId: string): PreviewList {
  const known = lists.get(projectId);
  if (known) return known;
  const made = detached(() => new PreviewList(projectId));
  lists.set(projectId, made);
  return made;
}

/** The lists that were asked for so far. */
export const allPreviews = (): PreviewList[] => [...lists.values()];

export function resetPreviews(): void {
  for (const list of lists.values()) list.forget();
  lists.clear();
}
