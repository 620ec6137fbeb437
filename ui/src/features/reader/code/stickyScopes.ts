// The beginnings of the scopes that the first line in sight lies in, kept above it. Drawn over the text, so that nothing moves.
import { StateEffect, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { pieces } from "$lib/syntax";
import type { ScopeRange } from "$lib/ipc";
import { withoutDirections } from "../bidi";
import type { Structure } from "../structure";
import type { SpanSource } from "./spanSource";
import { structureField } from "./structureField";

const MOST_LINES = 3;

/** Colours for a header line arrived. */
const coloured = StateEffect.define<null>();

/** A line, and whether something lies over the upper part of it. */
export interface LineUnder {
  line: number;
  cut: boolean;
}

/**
 * The scopes to keep in sight. `lineUnder(rows)` is the line that would be first below a header of that many rows,
 * which is what its scopes are taken from: the header must not hide the line it speaks of.
 */
export function stickyLines(structure: Structure, lineUnder: (rows: number) => LineUnder): ScopeRange[] {
  let shown: ScopeRange[] = [];
  for (let rows = 0; rows < MOST_LINES; rows += 1) {
    const { line, cut } = lineUnder(rows);
    const around = distinct(cut ? structure.scopesAt(line) : structure.scopesAround(line));
    if (around.length <= rows) break;
    shown = around.slice(0, rows + 1);
  }
  return shown;
}

/** Scopes that begin in one line are one row. */
function distinct(scopes: ScopeRange[]): ScopeRange[] {
  return scopes.filter((scope, at) => scope.first !== scopes[at - 1]?.first);
}

class StickyScopes {
  height = 0;
  private readonly dom = document.createElement("div");
  private drawn = "";

  constructor(
    private readonly view: EditorView,
    private readonly spans: SpanSource | null,
    private readonly onGo: (line: number) => void,
  ) {
    this.dom.className = "cm-sticky";
    // What it says is in the text, the path and the outline, which can be reached by keyboard.
    this.dom.setAttribute("aria-hidden", "true");
    this.dom.onmousedown = (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-line]");
      event.preventDefault();
      if (row && event.button === 0) this.onGo(Number(row.dataset.line));
    };
    view.dom.append(this.dom);
    view.scrollDOM.addEventListener("scroll", this.measure, { passive: true });
    this.measure();
  }

  update(update: ViewUpdate): void {
    const changed = update.startState.field(structureField) !== update.state.field(structureField);
    const arrived = update.transactions.some((one) => one.effects.some((effect) => effect.is(coloured)));
    if (arrived) this.drawn = "";
    if (changed || arrived || update.geometryChanged || update.viewportChanged) this.measure();
  }

  destroy(): void {
    this.view.scrollDOM.removeEventListener("scroll", this.measure);
    this.dom.remove();
  }

  private readonly measure = () => {
    this.view.requestMeasure({ key: this, read: () => this.read(), write: (rows) => this.write(rows) });
  };

  private read() {
    const { view } = this;
    const structure = view.state.field(structureField);
    const gutters = view.scrollDOM.querySelector<HTMLElement>(".cm-gutters")?.offsetWidth ?? 0;
    const { scrollTop, scrollLeft } = view.scrollDOM;
    const row = view.defaultLineHeight;
    const top = Math.max(0, scrollTop - view.documentPadding.top);
    const under = (rows: number) => {
      const height = top + rows * row;
      const block = view.lineBlockAtHeight(height + 1);
      return { line: view.state.doc.lineAt(block.from).number, cut: height - block.top > 3 };
    };
    const scopes = structure && scrollTop > view.documentPadding.top ? stickyLines(structure, under) : [];
    return { lines: scopes.map(({ first }) => first), gutters, scrollLeft };
  }

  private write({
    lines,
    gutters,
    scrollLeft,
  }: {
    lines: number[];
    gutters: number;
    scrollLeft: number;
  }): void {
    const { doc } = this.view.state;
    this.height = lines.length * this.view.defaultLineHeight;
    this.dom.style.setProperty("--gutters", `${gutters}px`);
    this.dom.style.setProperty("--aside", `${-scrollLeft}px`);
    const key = lines.join(" ");
    if (key === this.drawn) return;
    this.drawn = key;
    this.dom.classList.toggle("shown", lines.length > 0);
    this.dom.replaceChildren(
      ...lines.filter((line) => line <= doc.lines).map((line) => this.row(line, doc.line(line).text)),
    );
  }

  private row(line: number, text: string): HTMLElement {
    const row = element("div", "cm-sticky-row");
    row.dataset.line = String(line);
    row.title = `Go to line ${line}`;
    const number = element("span", "n", String(line));
    const code = element("span", "t");
    const inner = element("span", "");
    const spans = this.spans?.spansOf(line, () => this.tellColoured()) ?? [];
    for (const piece of pieces(withoutDirections(text.slice(0, 400)), spans))
      inner.append(element("span", piece.className, piece.text));
    code.append(inner);
    row.append(number, code);
    return row;
  }

  private tellColoured(): void {
    if (this.dom.isConnected) this.view.dispatch({ effects: coloured.of(null) });
  }
}

function element(tag: string, className: string, text = ""): HTMLElement {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

/** `onGo` is told the line that was clicked. */
export function stickyScopes(spans: SpanSource | null, onGo: (line: number) => void): Extension {
  const plugin = ViewPlugin.define((view) => new StickyScopes(view, spans, onGo));
  return [
    plugin,
    // What is brought into view must not lie under the header.
    EditorView.scrollMargins.of((view) => ({ top: view.plugin(plugin)?.height ?? 0 })),
  ];
}
