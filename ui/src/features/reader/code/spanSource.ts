// The highlight spans of one document, fetched block by block and held while the document is open.
import { backend, toFailure, type Failure, type FileSpan } from "$lib/ipc";
import { SpanBlocks, blockOf, linesOf } from "../spanBlocks";

const SINGLE_KEPT = 400;

export class SpanSource {
  readonly held = new Map<number, FileSpan[]>();
  private readonly blocks: SpanBlocks;
  /** Spans of single lines far from the screen. */
  private readonly single = new Map<number, FileSpan[]>();
  /** Blocks whose spans come from the beginning of the text alone, before all of it was analysed. */
  private readonly early = new Set<number>();
  private inFlight: Promise<number | null> | null = null;
  /** Why colours stopped coming; nothing is asked for after that. */
  failure: Failure | null = null;

  constructor(
    private readonly document: string,
    readonly lines: number,
  ) {
    this.blocks = new SpanBlocks(lines);
  }

  /**
   * Fetches the block most worth having for these lines. Resolves to it, or to null when there is nothing to do.
   * Whoever asks while a block is under way gets that one: it may have been asked for before the editor was there to show it.
   */
  fetchNext(first: number, last: number, downwards = true): Promise<number | null> {
    this.inFlight ??= this.fetch(first, last, downwards).finally(() => (this.inFlight = null));
    return this.inFlight;
  }

  private async fetch(first: number, last: number, downwards: boolean): Promise<number | null> {
    const block = this.failure ? null : this.blocks.next(first, last, downwards);
    if (block === null) return null;
    this.blocks.start(block);
    const lines = linesOf(block, this.lines);
    try {
      const spans = await backend().fileSpans(this.document, lines.first, lines.last);
      // A span of no line says that the answer is an early one.
      if (spans[0]?.line === 0) this.early.add(block);
      this.held.set(block, spans);
      this.blocks.finish(block, true);
      return block;
    } catch (thrown) {
      this.failure = toFailure(thrown);
      this.blocks.finish(block, false);
      return null;
    }
  }

  /** Asks again for what was answered early, now that all of the text was analysed. Resolves to the blocks that look otherwise. */
  async settle(): Promise<number[]> {
    const changed: number[] = [];
    for (const block of [...this.early]) {
      this.early.delete(block);
      const before = this.held.get(block);
      const { first, last } = linesOf(block, this.lines);
      const spans = await backend()
        .fileSpans(this.document, first, last)
        .catch(() => null);
      if (!before || !spans || this.held.get(block) !== before) continue;
      if (same(before.slice(1), spans)) continue;
      this.held.set(block, spans);
      changed.push(block);
    }
    return changed;
  }

  /** The spans of one line, wherever it is. Nothing at first when they have to be fetched: `arrived` is called once they are there. */
  spansOf(line: number, arrived: () => void): FileSpan[] {
    const held = this.held.get(blockOf(line))?.filter((span) => span.line === line) ?? this.single.get(line);
    if (held || this.failure) return held ?? [];
    if (this.single.size > SINGLE_KEPT) this.single.clear();
    this.single.set(line, []);
    backend()
      .fileSpans(this.document, line, line)
      .then(
        (spans) => {
          this.single.set(line, spans);
          if (spans.length > 0) arrived();
        },
        // Without colours the line is plain, as the text is then.
        () => undefined,
      );
    return [];
  }

  /** Lets go of blocks far from a line and names them. */
  evict(line: number): number[] {
    const gone = this.blocks.evict(line);
    for (const block of gone) this.held.delete(block);
    return gone;
  }
}

function same(one: readonly FileSpan[], other: readonly FileSpan[]): boolean {
  return (
    one.length === other.length &&
    one.every((span, at) => {
      const beside = other[at];
      return (
        beside?.line === span.line &&
        beside.start === span.start &&
        beside.end === span.end &&
        beside.kind === span.kind
      );
    })
  );
}
