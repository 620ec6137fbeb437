// Threads between the lines: blocks below the lines they are about, whose elements stay while others come and go.
import { foldState } from "@codemirror/language";
import { StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType, type ViewUpdate } from "@codemirror/view";

/** Something that stands below a line. */
export interface BlockAt {
  /** Names it for good. */
  key: string;
  /** 1-based; 0 for above the first line. */
  line: number;
}

/** What draws the blocks. */
export interface BlockHost {
  /** Fills the element of a block; returns what empties it again. */
  mount(key: string, element: HTMLElement): () => void;
  /** In pixels: measured, or about what it will be. */
  height(key: string): number;
  measured(key: string, height: number): void;
}

export const setBlocks = StateEffect.define<readonly BlockAt[]>();

const blocksField = StateField.define<readonly BlockAt[]>({
  create: () => [],
  update: (held, transaction) =>
    transaction.effects.reduce((value, effect) => (effect.is(setBlocks) ? effect.value : value), held),
});

interface Drawn {
  element: HTMLElement;
  empty: () => void;
  observer: ResizeObserver;
}

/** The elements of the blocks that are on screen. */
export class Blocks {
  private readonly drawn = new Map<string, Drawn>();

  constructor(readonly host: BlockHost) {}

  element(key: string): HTMLElement | null {
    return this.drawn.get(key)?.element ?? null;
  }

  draw(key: string, view: EditorView): HTMLElement {
    this.drop(key);
    const element = document.createElement("div");
    element.className = "cm-thread";
    const empty = this.host.mount(key, element);
    const observer = new ResizeObserver(([entry]) => {
      const height = Math.round(entry?.borderBoxSize[0]?.blockSize ?? element.offsetHeight);
      if (height === 0 || height === this.host.height(key)) return;
      this.host.measured(key, height);
      view.requestMeasure();
    });
    observer.observe(element);
    this.drawn.set(key, { element, empty, observer });
    return element;
  }

  /** Empties an element that is no longer shown, unless another one took its place. */
  forget(key: string, element: HTMLElement): void {
    if (this.drawn.get(key)?.element === element) this.drop(key);
  }

  dropAll(): void {
    for (const key of [...this.drawn.keys()]) this.drop(key);
  }

  private drop(key: string): void {
    const held = this.drawn.get(key);
    if (!held) return;
    this.drawn.delete(key);
    held.observer.disconnect();
    held.empty();
  }
}

class BlockWidget extends WidgetType {
  constructor(
    private readonly key: string,
    private readonly blocks: Blocks,
  ) {
    super();
  }

  /** The same block keeps its element wherever it goes. */
  override eq(other: BlockWidget): boolean {
    return other.key === this.key && other.blocks === this.blocks;
  }

  override toDOM(view: EditorView): HTMLElement {
    return this.blocks.draw(this.key, view);
  }

  override destroy(element: HTMLElement): void {
    this.blocks.forget(this.key, element);
  }

  override get estimatedHeight(): number {
    return this.blocks.host.height(this.key);
  }

  /** Keys and the pointer are the block's own. */
  override ignoreEvent(): boolean {
    return true;
  }
}

/** The end of the last line that is drawn in one with this line: what is folded there must not come behind a block. */
function endOf(state: EditorState, line: number): number {
  const { doc } = state;
  const folds = state.field(foldState, false);
  let end = doc.line(Math.min(Math.max(1, line), doc.lines)).to;
  for (let again = folds !== undefined; again;) {
    again = false;
    folds?.between(doc.lineAt(end).from, end, (from, to) => {
      const below = doc.lineAt(to).to;
      if (from > end || below <= end) return;
      end = below;
      again = true;
    });
  }
  return end;
}

function decorate(state: EditorState, blocks: Blocks) {
  const found = state.field(blocksField).map(({ key, line }, at) => {
    const widget = new BlockWidget(key, blocks);
    return line < 1
      ? Decoration.widget({ widget, block: true, side: at - 100_000 }).range(0)
      : Decoration.widget({ widget, block: true, side: at + 1 }).range(endOf(state, line));
  });
  return Decoration.set(found, true);
}

/** The room that blocks have beside the gutters, as variables of the view: they stay in sight where lines are long. */
class Room {
  private written = "";
  /** A column that comes or goes changes nothing that the editor speaks of. */
  private readonly observer = new ResizeObserver(() => this.measure());

  constructor(private readonly view: EditorView) {
    const gutters = view.scrollDOM.querySelector(".cm-gutters");
    if (gutters) this.observer.observe(gutters);
    this.observer.observe(view.scrollDOM);
    this.measure();
  }

  update(update: ViewUpdate): void {
    if (update.geometryChanged) this.measure();
  }

  destroy(): void {
    this.observer.disconnect();
  }

  private measure(): void {
    this.view.requestMeasure({
      key: this,
      read: ({ scrollDOM }) => ({
        gutters: scrollDOM.querySelector<HTMLElement>(".cm-gutters")?.offsetWidth ?? 0,
        width: scrollDOM.clientWidth,
        wide: scrollDOM.scrollWidth > scrollDOM.clientWidth + 1,
      }),
      write: ({ gutters, width, wide }, { dom }) => {
        const key = `${gutters} ${width} ${wide}`;
        if (key === this.written) return;
        this.written = key;
        // Staying where it is costs each block a layer, so only blocks that would be scrolled away do it.
        dom.toggleAttribute("data-wide", wide);
        dom.style.setProperty("--gutters-w", `${gutters}px`);
        dom.style.setProperty("--code-w", `${Math.max(0, width - gutters)}px`);
      },
    });
  }
}

export function threadBlocks(blocks: Blocks): Extension {
  return [
    blocksField,
    EditorView.decorations.compute([blocksField, foldState], (state) => decorate(state, blocks)),
    ViewPlugin.fromClass(Room),
  ];
}
