// Lines of prose run from the side that their script is read from; code always runs from the left.
import type { Extension, Range } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { runsFromRight } from "../bidi";

const fromRight = Decoration.line({ attributes: { dir: "rtl" } });

/** Whether a language is written to be read by people alone. */
export const isProse = (language: string): boolean =>
  ["", "Text", "Plain text", "Markdown", "reStructuredText", "AsciiDoc", "Org"].includes(language);

function directions(view: EditorView): DecorationSet {
  const { doc } = view.state;
  const ranges: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = doc.lineAt(at);
      if (runsFromRight(line.text)) ranges.push(fromRight.range(line.from));
      at = line.to + 1;
    }
  }
  return Decoration.set(ranges, true);
}

class ProseDirection {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = directions(view);
  }

  update(update: ViewUpdate): void {
    if (update.viewportChanged) this.decorations = directions(update.view);
  }
}

export const proseDirection: Extension = [
  EditorView.perLineTextDirection.of(true),
  ViewPlugin.fromClass(ProseDirection, { decorations: (plugin) => plugin.decorations }),
];
