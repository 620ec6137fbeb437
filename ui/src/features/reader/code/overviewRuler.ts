// The strip at the right edge: where in the file changes, matches and threads lie. A click goes there.
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { markLine } from "../changes";
import { lineAtPixel, lineForClick, pixelOf, rulerMarks, type MarkedLines, type MarkKind } from "../ruler";
import { changesField } from "./changeMarks";
import { matchesField } from "./matchMarks";

/** Further marks, of what the editor itself knows nothing about. */
export const setMarks = StateEffect.define<readonly MarkedLines[]>();

const marksField = StateField.define<readonly MarkedLines[]>({
  create: () => [],
  update: (held, transaction) =>
    transaction.effects.reduce((value, effect) => (effect.is(setMarks) ? effect.value : value), held),
});

const WIDTH = 12;
/** Where each kind is drawn (left and width), and its colour. */
const lanes: Record<MarkKind, { left: number; width: number; colour: string }> = {
  added: { left: 1, width: 3, colour: "--ok" },
  changed: { left: 1, width: 3, colour: "--change-bar" },
  removed: { left: 1, width: 3, colour: "--danger" },
  hit: { left: 4, width: 4, colour: "--accent-line" },
  match: { left: 4, width: 4, colour: "--warn" },
  exact: { left: 8, width: 3, colour: "--t-exact" },
  moved: { left: 8, width: 3, colour: "--t-moved" },
  edited: { left: 8, width: 3, colour: "--t-edited" },
  review: { left: 8, width: 3, colour: "--t-review" },
  outdated: { left: 8, width: 3, colour: "--t-outdated" },
};

class OverviewRuler {
  private readonly canvas = document.createElement("canvas");
  private readonly themes: MutationObserver;
  private marked: MarkedLines[] = [];
  private height = 0;

  constructor(private readonly view: EditorView) {
    this.canvas.className = "cm-ruler";
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.onpointerdown = (event) => this.pressed(event);
    this.canvas.onpointermove = (event) => event.buttons === 1 && this.goNear(event.offsetY);
    view.dom.append(this.canvas);
    view.scrollDOM.addEventListener("scroll", this.schedule, { passive: true });
    // The colours are the theme's, which a canvas does not follow by itself.
    this.themes = new MutationObserver(this.schedule);
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.collect();
  }

  update({ startState, state, geometryChanged, selectionSet }: ViewUpdate): void {
    const differs = [changesField, matchesField, marksField].some(
      (field) => startState.field(field as typeof marksField) !== state.field(field as typeof marksField),
    );
    if (differs) this.collect();
    else if (geometryChanged || selectionSet) this.schedule();
  }

  destroy(): void {
    this.themes.disconnect();
    this.view.scrollDOM.removeEventListener("scroll", this.schedule);
    this.canvas.remove();
  }

  private collect(): void {
    const { state } = this.view;
    const { lines } = state.doc;
    const changes = state.field(changesField);
    const ofKind = (kind: "added" | "changed" | "removed") => ({
      kind,
      ranges: changes
        .filter((change) => change.kind === kind)
        .map((change) => {
          const first = markLine(change, lines);
          return { first, last: first + Math.max(1, change.lines) - 1 };
        }),
    });
    const { matches } = state.field(matchesField);
    const found = {
      kind: "match" as const,
      ranges: matches.map(({ line }) => ({ first: line, last: line })),
    };
    this.marked = [ofKind("changed"), ofKind("added"), ofKind("removed"), ...state.field(marksField), found];
    this.schedule();
  }

  private readonly schedule = () => {
    this.view.requestMeasure({ key: this, read: () => this.read(), write: (seen) => this.draw(seen) });
  };

  private read() {
    const { scrollDOM, state, contentHeight } = this.view;
    const { scrollTop, clientHeight } = scrollDOM;
    const first = state.doc.lineAt(this.view.lineBlockAtHeight(Math.max(0, scrollTop)).from).number;
    const last = state.doc.lineAt(this.view.lineBlockAtHeight(scrollTop + clientHeight).from).number;
    const caret = state.doc.lineAt(state.selection.main.head).number;
    // A short file is marked beside its lines rather than over the whole height.
    return { first, last, caret, full: clientHeight, height: Math.min(clientHeight, contentHeight) };
  }

  private draw(seen: ReturnType<OverviewRuler["read"]>): void {
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const { lines } = this.view.state.doc;
    this.height = seen.height;
    const [width, height] = [Math.round(WIDTH * ratio), Math.round(seen.full * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    if (!pen) return;
    const style = getComputedStyle(canvas);
    const colour = (token: string) => style.getPropertyValue(token);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, WIDTH, seen.full);
    const top = pixelOf(seen.first, lines, seen.height);
    const bottom = Math.max(top + 8, pixelOf(seen.last, lines, seen.height) + seen.height / lines);
    if (seen.first > 1 || seen.last < lines) {
      pen.fillStyle = colour("--well");
      pen.fillRect(0, top, WIDTH, bottom - top);
    }
    for (const mark of rulerMarks(this.marked, lines, seen.height)) {
      const lane = lanes[mark.kind];
      pen.fillStyle = colour(lane.colour);
      pen.fillRect(lane.left, mark.from, lane.width, mark.to - mark.from);
    }
    pen.fillStyle = colour("--ink-3");
    pen.fillRect(0, Math.round(pixelOf(seen.caret, lines, seen.height)), WIDTH, 1);
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.show(lineForClick(event.offsetY, this.marked, this.view.state.doc.lines, this.height));
  }

  private goNear(pixel: number): void {
    this.show(lineAtPixel(pixel, this.view.state.doc.lines, this.height));
  }

  private show(line: number): void {
    const { from } = this.view.state.doc.line(line);
    this.view.dispatch({ effects: EditorView.scrollIntoView(from, { y: "center" }) });
  }
}

export const overviewRuler: Extension = [marksField, ViewPlugin.fromClass(OverviewRuler)];
