// Marks where else on screen the word at the caret, or the selected text, stands.
import { type EditorState, type Extension, type Range } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";
import { occurrences, wordAt } from "../words";

const LONGEST = 200;
const mark = Decoration.mark({ class: "cm-same" });

interface Wanted {
  text: string;
  whole: boolean;
  /** Where it stands itself, which needs no mark. */
  from: number;
}

function wanted(state: EditorState): Wanted | null {
  const { from, to, empty, head } = state.selection.main;
  const line = state.doc.lineAt(head);
  if (empty) {
    const word = wordAt(line.text, head - line.from);
    // A number or a single letter stands nearly everywhere.
    if (!word || word.text.length < 2 || /^\d+$/.test(word.text)) return null;
    return { text: word.text, whole: true, from: line.from + word.start };
  }
  if (to > line.to || from < line.from || to - from > LONGEST) return null;
  const text = state.sliceDoc(from, to);
  return text.trim().length < 2 ? null : { text, whole: false, from };
}

function marksOnScreen(view: EditorView): DecorationSet {
  const look = wanted(view.state);
  if (!look) return Decoration.none;
  const { doc } = view.state;
  const ranges: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = doc.lineAt(at);
      for (const start of occurrences(line.text, look.text, look.whole))
        if (line.from + start !== look.from)
          ranges.push(mark.range(line.from + start, line.from + start + look.text.length));
      at = line.to + 1;
    }
  }
  return Decoration.set(ranges, true);
}

class SameWords {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = marksOnScreen(view);
  }

  update(update: ViewUpdate): void {
    if (update.selectionSet || update.viewportChanged) this.decorations = marksOnScreen(update.view);
  }
}

export const sameWords: Extension = ViewPlugin.fromClass(SameWords, {
  decorations: (plugin) => plugin.decorations,
});
