// What is being written and was not sent: kept by the shell within half a second, so that it comes back after a crash.
import { SvelteMap } from "svelte/reactivity";
import { signedInUser } from "$features/accounts/session.svelte";
import { toFailure, type Failure, backend, type CommentDraft, type NewThreadPlace } from "$lib/ipc";

const SAVE_AFTER_MS = 400;
/** A draft that could not be kept is tried again, as after a lock. */
const TRY_AGAIN_MS = 3_000;

export class Draft {
  /** Of a new thread: what it is about. */
  place: NewThreadPlace | null = $state.raw(null);
  body = $state("");
  /** Its composer is shown. Closed, the text is kept. */
  open = $state(true);
  sending = $state(false);
  /** Why it was not sent. */
  failure: Failure | null = $state.raw(null);
  /** Why the shell does not keep it. */
  unkept: Failure | null = $state.raw(null);
  /** Raised to ask for the focus. */
  asks = $state(0);
  /** The last of them that got it. */
  answered = 0;
  /** Where the caret was when its field had the focus last; null when it did not have it. */
  caret: { start: number; end: number } | null = null;
  /** Lines of the open document that it is shown below, where those are others than its place says. */
  shownAt: { document: string; first: number; last: number } | null = $state.raw(null);

  constructor(readonly key: string) {}
}

/** What names the draft of a new thread. */
export function newThreadKey({ place, side }: NewThreadPlace): string {
  const state =
    side.kind === "version" ? `version${side.version}` : side.kind === "commit" ? side.commit : side.kind;
  return `new:${state}:${place.path}:${place.line_start}-${place.line_end}`;
}

export const replyKey = (threadId: string): string => `thread:${threadId}`;
export const editKey = (commentId: string): string => `comment:${commentId}`;

export class Drafts {
  readonly all = new SvelteMap<string, Draft>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Texts as the shell has them. */
  private readonly stored = new Map<string, string>();

  constructor(private readonly projectId: string) {}

  /** Fetches what was left; what is being written meanwhile stays. */
  async load(): Promise<void> {
    let kept: CommentDraft[];
    try {
      kept = await backend().commentDrafts(this.projectId);
    } catch {
      // Without them one begins anew; what the shell has, it keeps.
      return;
    }
    for (const { key, place, body } of kept) {
      if (this.all.has(key)) continue;
      const draft = new Draft(key);
      // The document it was read in is gone with the window that had it open.
      draft.place = place && { ...place, document: null };
      draft.body = body;
      this.stored.set(key, body);
      this.all.set(key, draft);
    }
  }

  get(key: string): Draft | undefined {
    return this.all.get(key);
  }

  /** The draft of this name, made if there is none, open and asking for the focus. */
  begin(key: string, place: NewThreadPlace | null = null, body = ""): Draft {
    let draft = this.all.get(key);
    if (!draft) {
      draft = new Draft(key);
      draft.place = place;
      draft.body = body;
      this.stored.set(key, body);
      this.all.set(key, draft);
    } else if (place) {
      // What is read now is what one writes about.
      draft.place = place;
      draft.shownAt = null;
    }
    draft.open = true;
    draft.asks += 1;
    return draft;
  }

  write(draft: Draft, body: string): void {
    if (draft.body === body) return;
    // One that stood in for none is one from its first character on.
    if (!this.all.has(draft.key)) {
      this.stored.set(draft.key, "");
      this.all.set(draft.key, draft);
    }
    draft.body = body;
    draft.failure = null;
    this.saveSoon(draft, SAVE_AFTER_MS);
  }

  /** Hides the composer and keeps its text; without a text nothing is left to keep. */
  close(draft: Draft): void {
    draft.open = false;
    draft.caret = null;
    if (draft.body.trim() === "") this.discard(draft);
    else void this.save(draft);
  }

  discard(draft: Draft): void {
    const had = this.stored.get(draft.key) ?? "";
    this.forget(draft);
    if (had !== "")
      backend()
        .saveCommentDraft(this.projectId, draft.key, null, "")
        .catch(() => undefined);
  }

  /** It was sent: the shell let go of it as well. */
  sent(draft: Draft): void {
    this.forget(draft);
    backend()
      .saveCommentDraft(this.projectId, draft.key, null, "")
      .catch(() => undefined);
  }

  /** Keeps what is not kept yet, now. */
  async flush(): Promise<void> {
    await Promise.all([...this.all.values()].map((draft) => this.save(draft)));
  }

  async save(draft: Draft): Promise<void> {
    const { key, body, place } = draft;
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    if (this.all.get(key) !== draft || this.stored.get(key) === body) return;
    this.stored.set(key, body);
    try {
      await backend().saveCommentDraft(this.projectId, key, place, body);
      draft.unkept = null;
    } catch (thrown) {
      if (this.stored.get(key) === body) this.stored.delete(key);
      draft.unkept = toFailure(thrown);
      if (this.all.get(key) === draft) this.saveSoon(draft, TRY_AGAIN_MS);
    }
  }

  private saveSoon(draft: Draft, after: number): void {
    const { key } = draft;
    // The first change of a row is kept that soon, however long the row goes on.
    if (this.timers.has(key)) return;
    this.timers.set(
      key,
      setTimeout(() => void this.save(draft), after),
    );
  }

  private forget(draft: Draft): void {
    clearTimeout(this.timers.get(draft.key));
    this.timers.delete(draft.key);
    this.stored.delete(draft.key);
    this.all.delete(draft.key);
  }
}

const kept = new Map<string, Drafts>();

/** The drafts of a project; the same ones for as long as the window is open. */
export function draftsOf(projectId: string): Drafts {
  const key = `${signedInUser()?.id ?? ""}:${projectId}`;
  let drafts = kept.get(key);
  if (!drafts) {
    kept.clear();
    kept.set(key, (drafts = new Drafts(projectId)));
  }
  return drafts;
}
