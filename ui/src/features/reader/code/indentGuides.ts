// Thin lines at every level of indentation, for the lines on screen.
import { RangeSetBuilder, type Extension, type Text } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";
import { guides, indentUnit } from "../indent";

/** Deeper levels stay without a line. */
const MOST = 24;
const LOOKED_AT = 2_000;
/** An empty line takes after its neighbours, which may lie just off the screen. */
const AROUND = 40;

const decorations = Array.from({ length: MOST + 1 }, (_, count) =>
  Decoration.line({ attributes: { class: "cm-guided", style: `--guides:${count}` } }),
);

function unitOf(doc: Text): number {
  return indentUnit(doc.iterLines(1, Math.min(doc.lines, LOOKED_AT) + 1));
}

class IndentGuides {
  decorations: DecorationSet;
  private readonly unit: number;

  constructor(view: EditorView) {
    this.unit = unitOf(view.state.doc);
    view.dom.style.setProperty("--indent-unit", String(this.unit));
    this.decorations = this.draw(view);
  }

  update(update: ViewUpdate): void {
    if (update.viewportChanged) this.decorations = this.draw(update.view);
  }

  private draw(view: EditorView): DecorationSet {
    const { doc } = view.state;
    const built = new RangeSetBuilder<Decoration>();
    let marked = -1;
    for (const { from, to } of view.visibleRanges) {
      const first = doc.lineAt(from).number;
      const last = doc.lineAt(to).number;
      const start = Math.max(1, first - AROUND);
      const end = Math.min(doc.lines, last + AROUND);
      const lines = [...doc.iterLines(start, end + 1)];
      // Nothing goes on after the end of the text.
      if (end === doc.lines) lines.push("|");
      const counts = guides(lines, this.unit);
      for (let line = first; line <= last; line += 1) {
        const count = Math.min(MOST, counts[line - start] ?? 0);
        const mark = count > 0 ? decorations[count] : undefined;
        const at = doc.line(line).from;
        // Ranges around a fold may meet in a line, which is marked once.
        if (mark && at > marked) built.add((marked = at), at, mark);
      }
    }
    return built.finish();
  }
}

export const indentGuides: Extension = ViewPlugin.fromClass(IndentGuides, {
  decorations: (plugin) => plugin.decorations,
});
