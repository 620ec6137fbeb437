// The question where a name is defined while an engine works on it: at most one, and only while the caret stays where it was asked.
import { readerSlot, type WordAtCaret } from "$features/frame/reader-slot.svelte";
import { route } from "$features/frame/route.svelte";
import { backend } from "$lib/ipc";

/** Shorter work is not told of. */
export const SAID_AFTER_MS = 150;

/** One asking. */
export class Question {
  private over = false;

  constructor(
    readonly id: string,
    readonly projectId: string,
    readonly at: WordAtCaret,
    private readonly ended: (question: Question) => void,
  ) {}

  /** Somebody still waits for the answer. */
  get wanted(): boolean {
    return !this.over;
  }

  /** It is answered, or nobody waits any more. */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.ended(this);
  }
}

class DefinitionQuestion {
  /** What has been worked on for long enough to be told of. */
  slow: Question | null = $state.raw(null);
  private current: Question | null = null;
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins a question; the one before is let go. */
  begin(projectId: string, at: WordAtCaret): Question {
    this.cancel();
    const id = `definition-${Date.now()}-${(this.last += 1)}`;
    const question = new Question(id, projectId, at, (ended) => this.close(ended));
    this.current = question;
    this.timer = setTimeout(() => (this.slow = question), SAID_AFTER_MS);
    return question;
  }

  /** Nobody waits for the answer any more: the engine stops. */
  cancel(): void {
    const question = this.current;
    if (!question) return;
    question.end();
    void backend()
      .cancelTask(question.id)
      .catch(() => undefined);
  }

  /** Lets go of a question that was asked somewhere else than where the caret is now. */
  moved(): void {
    const at = this.current?.at;
    if (!at) return;
    const now = readerSlot.wordAtCaret?.() ?? null;
    const same =
      route.screen === "workspace" &&
      route.projectId === this.current?.projectId &&
      now?.document === at.document &&
      now.line === at.line &&
      now.column === at.column;
    if (!same) this.cancel();
  }

  private close(question: Question): void {
    if (question !== this.current) return;
    clearTimeout(this.timer);
    this.current = null;
    this.slow = null;
  }
}

export const definitionQuestion = new DefinitionQuestion();

/** Lets go of questions that the caret has left, until the returned function is called. */
export function followCaret(): () => void {
  return $effect.root(() => {
    $effect(() => {
      void readerSlot.position;
      void [route.screen, route.projectId];
      definitionQuestion.moved();
    });
  });
}
