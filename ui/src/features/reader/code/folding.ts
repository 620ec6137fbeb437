// Folding by the document's structure: chevrons beside the lines, and a note of what is hidden.
import {
  codeFolding,
  foldEffect,
  foldGutter,
  foldService,
  foldedRanges,
  unfoldEffect,
} from "@codemirror/language";
import type { EditorState, Extension, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { counted } from "$lib/format/numbers";
import { structureField } from "./structureField";

/** Offsets in the document, end exclusive. */
export interface Folded {
  from: number;
  to: number;
}

/** A line of nothing but closing brackets. */
const CLOSER = /^(\s*)[\])}]+[;,]?\s*$/;
/** Data is shown to this depth at first, when it has more lines than that. */
const DATA_DEPTH = 2;
const DATA_LINES = 200;

/**
 * What folding the lines `first`..=`last` hides; null when that is nothing. The closing bracket on the line below, as deep as the
 * first line, stands behind what it closes; brackets within close something else.
 */
export function hiddenBy(doc: Text, first: number, last: number): Folded | null {
  if (first < 1 || last > doc.lines || last <= first) return null;
  const begin = doc.line(first);
  const below = last < doc.lines ? doc.line(last + 1) : null;
  const indent = below && CLOSER.exec(below.text)?.[1];
  const closes = below && indent !== undefined && indent === /^\s*/.exec(begin.text)?.[0];
  return { from: begin.to, to: closes ? below.from + (indent?.length ?? 0) : doc.line(last).to };
}

function hiddenLines(doc: Text, { from, to }: Folded): number {
  const last = doc.lineAt(to);
  return last.number - doc.lineAt(from).number - (to < last.to ? 1 : 0);
}

/** The ranges that are folded now, by where they begin: in another order they can't be folded again. */
export function foldedNow(state: EditorState): Folded[] {
  const found: Folded[] = [];
  foldedRanges(state).between(0, state.doc.length, (from, to) => void found.push({ from, to }));
  return found.sort((one, other) => one.from - other.from || other.to - one.to);
}

function foldedAt(state: EditorState, line: { from: number; to: number }): Folded[] {
  const found: Folded[] = [];
  foldedRanges(state).between(line.from, line.to, (from, to) => void found.push({ from, to }));
  return found;
}

/** What large data begins with: its outer levels open. Never hides the caret. */
export function foldData(state: EditorState, language: string): Folded[] {
  const structure = state.field(structureField);
  if (!structure || !/^JSON/i.test(language) || state.doc.lines <= DATA_LINES) return [];
  const { head } = state.selection.main;
  return structure
    .foldsBelow(DATA_DEPTH)
    .map(([first, last]) => hiddenBy(state.doc, first, last))
    .filter((range) => range !== null && !(range.from < head && range.to > head)) as Folded[];
}

export function fold(view: EditorView, ranges: readonly Folded[]): void {
  if (ranges.length > 0) view.dispatch({ effects: ranges.map((range) => foldEffect.of(range)) });
}

/** Folds the innermost open range around the caret. The caret goes to its first line. */
export function foldHere(view: EditorView): void {
  const { state } = view;
  const structure = state.field(structureField);
  let line = state.doc.lineAt(state.selection.main.head).number;
  const own = structure?.foldFrom(line);
  let range: readonly [number, number] | null = own ? [line, own] : (structure?.foldAround(line) ?? null);
  while (range) {
    const hidden = hiddenBy(state.doc, range[0], range[1]);
    const isOpen =
      hidden && !foldedAt(state, state.doc.line(range[0])).some(({ from }) => from === hidden.from);
    if (hidden && isOpen)
      return view.dispatch({
        effects: foldEffect.of(hidden),
        selection: { anchor: Math.min(state.selection.main.head, hidden.from) },
      });
    line = range[0];
    range = line > 1 ? (structure?.foldAround(line - 1) ?? null) : null;
    if (range && range[1] < line) range = null;
  }
}

export function unfoldHere(view: EditorView): void {
  const { state } = view;
  const ranges = foldedAt(state, state.doc.lineAt(state.selection.main.head));
  if (ranges.length > 0) view.dispatch({ effects: ranges.map((range) => unfoldEffect.of(range)) });
}

export function foldAll(view: EditorView): void {
  const { state } = view;
  const folds = state.field(structureField)?.folds ?? [];
  const ranges = folds
    .map(([first, last]) => hiddenBy(state.doc, first, last))
    .filter((range) => range !== null);
  const { head } = state.selection.main;
  const outermost = ranges.find(({ from, to }) => from < head && to > head);
  if (ranges.length === 0) return;
  view.dispatch({
    effects: ranges.map((range) => foldEffect.of(range)),
    ...(outermost ? { selection: { anchor: outermost.from } } : {}),
  });
}

export function unfoldAll(view: EditorView): void {
  const ranges = foldedNow(view.state);
  if (ranges.length > 0) view.dispatch({ effects: ranges.map((range) => unfoldEffect.of(range)) });
}

const chevron = (path: string) =>
  `<svg width="12" height="12" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="${path}"/></svg>`;
const open = chevron("m6 9 6 6 6-6");
const closed = chevron("m9 6 6 6-6 6");

export const folding: Extension = [
  structureField,
  foldService.of((state, from) => {
    const line = state.doc.lineAt(from).number;
    const last = state.field(structureField)?.foldFrom(line) ?? null;
    return last === null ? null : hiddenBy(state.doc, line, last);
  }),
  codeFolding({
    preparePlaceholder: (state, range) => hiddenLines(state.doc, range),
    placeholderDOM: (_, onclick, hidden: number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.className = "cm-folded";
      button.textContent = `… ${counted(hidden, "line")}`;
      button.title = `Unfold ${counted(hidden, "line")}`;
      button.onclick = onclick;
      return button;
    },
  }),
  foldGutter({
    foldingChanged: (update) =>
      update.startState.field(structureField) !== update.state.field(structureField),
    markerDOM: (isOpen) => {
      const mark = document.createElement("span");
      mark.className = isOpen ? "cm-chevron" : "cm-chevron closed";
      mark.title = isOpen ? "Fold" : "Unfold";
      mark.innerHTML = isOpen ? open : closed;
      return mark;
    },
  }),
];
