// Marks on the matches of "find in file", for the lines on screen.
import { StateEffect, StateField, type Extension, type Range } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";
import { matchesOnLines, nothingFound, type FindState } from "../findModel";

export const showMatches = StateEffect.define<FindState>();

export const matchesField = StateField.define<FindState>({
  create: () => nothingFound,
  update: (value, transaction) =>
    transaction.effects.reduce((held, effect) => (effect.is(showMatches) ? effect.value : held), value),
});

const plain = Decoration.mark({ class: "cm-match" });
const current = Decoration.mark({ class: "cm-match now" });

function marksOnScreen(view: EditorView): DecorationSet {
  const state = view.state.field(matchesField);
  if (state.matches.length === 0) return Decoration.none;
  const { doc } = view.state;
  const ranges: Range<Decoration>[] = [];
  const first = doc.lineAt(view.viewport.from).number;
  const last = doc.lineAt(view.viewport.to).number;
  const { from, to } = matchesOnLines(state.matches, first, last);
  for (let at = from; at < to; at += 1) {
    const match = state.matches[at];
    if (!match) continue;
    const line = doc.line(match.line);
    const start = Math.min(line.from + match.start, line.to);
    const end = Math.min(line.from + match.end, line.to);
    if (start < end) ranges.push((at === state.current ? current : plain).range(start, end));
  }
  return Decoration.set(ranges, true);
}

class MatchMarks {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = marksOnScreen(view);
  }

  update(update: ViewUpdate): void {
    const changed = update.startState.field(matchesField) !== update.state.field(matchesField);
    if (changed || update.viewportChanged) this.decorations = marksOnScreen(update.view);
  }
}

export const matchMarks: Extension = [
  matchesField,
  ViewPlugin.fromClass(MatchMarks, { decorations: (plugin) => plugin.decorations }),
];
