// Colours for the lines on screen: spans come from the shell in blocks and stay on while more arrive.
import { StateEffect, type Extension, type Range, type Text } from "@codemirror/state";
import {
  Decoration,
  Direction,
  EditorView,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from "@codemirror/view";
import type { FileSpan } from "$lib/ipc";
import { spanClassNames } from "$lib/syntax";
import { linesOf } from "../spanBlocks";
import { runsRightToLeft } from "../bidi";
import type { SpanSource } from "./spanSource";

/** Columns beyond this stay plain: a line that long is data, and marks would make it slow. */
const LAST_COLUMN = 10_000;

const marks = spanClassNames.map((name) => Decoration.mark({ class: name }));

/** Strings and comments, which may run from right to left: what stands beside them must not join in. */
const PROSE = new Set(["s", "c"]);
const isolated = spanClassNames.map((name) =>
  Decoration.mark({ class: `${name} cm-isolated`, bidiIsolate: Direction.LTR }),
);

const arrived = StateEffect.define<null>();
/** Blocks whose spans are others than they were. */
export const recolour = StateEffect.define<readonly number[]>();

/** The decorations of one block, in document order. Spans that no longer fit the text are left out. */
export function decorate(doc: Text, spans: readonly FileSpan[]): Range<Decoration>[] {
  const ranges: Range<Decoration>[] = [];
  let line = null;
  let lastEnd = -1;
  for (const span of spans) {
    const mark = span.kind > 0 ? marks[span.kind] : undefined;
    if (!mark || span.line < 1 || span.line > doc.lines) continue;
    if (line?.number !== span.line) line = doc.line(span.line);
    const from = line.from + span.start;
    const to = Math.min(line.from + Math.min(span.end, LAST_COLUMN), line.to);
    if (from >= to || from < lastEnd) continue;
    const turns = PROSE.has(spanClassNames[span.kind] ?? "") && runsRightToLeft(doc.sliceString(from, to));
    ranges.push(((turns && isolated[span.kind]) || mark).range(from, to));
    lastEnd = to;
  }
  return ranges;
}

class Highlighter {
  decorations: DecorationSet = Decoration.none;
  /** Those among them that keep a text's direction to themselves. */
  isolates: DecorationSet = Decoration.none;
  private readonly shown = new Set<number>();
  private lastFirst = 0;
  private pumping = false;
  private destroyed = false;

  constructor(
    private readonly view: EditorView,
    private readonly source: SpanSource,
    private readonly onFailure: (source: SpanSource) => void,
  ) {
    for (const block of [...source.held.keys()].sort((a, b) => a - b)) this.add(block);
    queueMicrotask(() => void this.pump());
  }

  update(update: ViewUpdate): void {
    for (const { effects } of update.transactions)
      for (const effect of effects)
        if (effect.is(recolour))
          for (const block of effect.value) {
            this.remove(block);
            this.add(block);
          }
    if (update.viewportChanged) void this.pump();
  }

  destroy(): void {
    this.destroyed = true;
  }

  private add(block: number): void {
    if (this.shown.has(block)) return;
    this.shown.add(block);
    const add = decorate(this.view.state.doc, this.source.held.get(block) ?? []);
    this.decorations = this.decorations.update({ add });
    const turned = add.filter(({ value }) => value.spec.bidiIsolate !== undefined);
    if (turned.length > 0) this.isolates = this.isolates.update({ add: turned });
  }

  private remove(block: number): void {
    this.shown.delete(block);
    const { doc } = this.view.state;
    const { first, last } = linesOf(block, doc.lines);
    const [from, to] = [doc.line(Math.min(first, doc.lines)).from, doc.line(last).to];
    const outside = (start: number, end: number) => end <= from || start >= to;
    const far = { filterFrom: from, filterTo: to, filter: outside };
    this.decorations = this.decorations.update(far);
    this.isolates = this.isolates.update(far);
  }

  /** Fetches until the screen and what lies next to it are coloured; the screen is looked at anew before each request. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    try {
      await this.fetchAll();
    } finally {
      this.pumping = false;
    }
  }

  private async fetchAll(): Promise<void> {
    for (;;) {
      if (this.destroyed) return;
      const { doc } = this.view.state;
      const first = doc.lineAt(this.view.viewport.from).number;
      const last = doc.lineAt(this.view.viewport.to).number;
      const downwards = first >= this.lastFirst;
      this.lastFirst = first;
      const block = await this.source.fetchNext(first, last, downwards);
      if (this.destroyed) return;
      if (this.source.failure) this.onFailure(this.source);
      if (block === null) return;
      this.add(block);
      for (const gone of this.source.evict(first)) this.remove(gone);
      this.view.dispatch({ effects: arrived.of(null) });
    }
  }
}

/** Colours the document from `source`. `onFailure` is called when no more colours will come. */
export function highlighting(source: SpanSource, onFailure: (source: SpanSource) => void): Extension {
  const plugin = ViewPlugin.define((view) => new Highlighter(view, source, onFailure), {
    decorations: (one) => one.decorations,
  });
  return [
    plugin,
    EditorView.bidiIsolatedRanges.of((view) => view.plugin(plugin)?.isolates ?? Decoration.none),
  ];
}
