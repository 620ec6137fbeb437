// A new name while it is typed at the name in the reader: what the name means, why the new one can't be, and asking for the places.
import { backend, toFailure, type Failure, type RefactorSymbol } from "$lib/ipc";
import { asked, type InPlace, type NamePlace } from "./asked.svelte";
import { bytesBefore, submit } from "./asking";
import { nameProblem } from "./words";

/** Shorter work is not told of. */
const SAID_AFTER_MS = 150;

export class Renaming {
  name = $state("");
  /** What is renamed, once the engine said so. */
  symbol: RefactorSymbol | null = $state.raw(null);
  /** Why it can't be renamed, or was refused. */
  failure: Failure | null = $state.raw(null);
  /** The engine, or the asking for a proposal, takes long enough to be told of. */
  slow = $state(false);
  /** Somebody pressed Enter. */
  submitting = $state(false);
  private typed = $state(false);
  /** Why the language does not take a name, by name. */
  private told: { name: string; problem: string | null } = $state.raw({ name: "", problem: null });
  private readonly place: NamePlace;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  /** Why the name can't be, said while it is typed. */
  readonly problem: string | null = $derived.by(() => {
    if (!this.typed) return null;
    const said = this.told.name === this.name.trim() ? this.told.problem : null;
    return nameProblem(this.name, this.old) ?? said;
  });

  /** `line` is the text of the line that the name stands in. */
  constructor(
    readonly question: InPlace,
    line: string,
  ) {
    const { at } = question;
    this.name = at.word;
    this.place = { path: at.path, line: at.line, column: bytesBefore(line, at.column) };
  }

  get old(): string {
    return this.symbol?.name ?? this.question.at.word;
  }

  /** Asks what the name means. */
  async begin(): Promise<void> {
    const { path, line, column } = this.place;
    this.wait();
    try {
      const symbol = await backend().symbolAt(this.question.projectId, path, line, column);
      if (this.over) return;
      if (symbol.refused) this.failure = symbol.refused;
      else this.symbol = symbol;
      if (!this.typed && !symbol.refused) this.name = symbol.name;
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      this.waited();
    }
    if (this.over) return;
    if (this.typed) void this.check();
    if (this.submitting) await this.propose();
  }

  /** Something was typed. */
  changed(): void {
    this.typed = true;
    // What was refused was another name; what can't be renamed at all stays so.
    if (this.symbol) this.failure = null;
    void this.check();
  }

  /** Enter: asks for the places, at once or when it is known what the name means. */
  async submit(): Promise<void> {
    if (this.submitting) return;
    this.typed = true;
    if (nameProblem(this.name, this.old) !== null || this.problem !== null) return;
    if (this.failure && !this.symbol) return;
    this.submitting = true;
    if (this.symbol) await this.propose();
  }

  /** The same question with all that can be said besides. */
  openDialog(): void {
    const { symbol, place } = this;
    if (!symbol) return;
    asked.question = {
      kind: "rename",
      projectId: this.question.projectId,
      place,
      name: symbol.name,
      symbolKind: symbol.kind,
      byName: symbol.by_name,
      suggestion: this.name,
      instead: null,
    };
    this.close();
  }

  close(): void {
    this.over = true;
    clearTimeout(this.timer);
    if (asked.inPlace === this.question) asked.inPlace = null;
  }

  private async check(): Promise<void> {
    const name = this.name.trim();
    if (!this.symbol || name === "") return;
    const problem = await backend()
      .nameProblem(this.place.path, this.symbol.kind, name)
      .catch(() => null);
    if (!this.over && name === this.name.trim()) this.told = { name, problem };
  }

  private async propose(): Promise<void> {
    await this.check();
    if (!this.symbol || this.problem !== null || this.over) {
      this.submitting = false;
      return;
    }
    this.wait();
    const new_name = this.name.trim();
    const ask = { kind: "RENAME_SYMBOL", ...this.place, new_name, files: true, hierarchy: true } as const;
    this.failure = await submit(this.question.projectId, ask);
    this.waited();
    this.submitting = false;
    if (!this.failure) this.close();
  }

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.slow = true), SAID_AFTER_MS);
  }

  private waited(): void {
    clearTimeout(this.timer);
    this.slow = false;
  }
}
