// A read-only CodeMirror view of a document: a caret to walk with, but nothing to change.
import { standardKeymap } from "@codemirror/commands";
import { bracketMatching, foldEffect } from "@codemirror/language";
import { Compartment, EditorSelection, EditorState, type Extension, type Text } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightWhitespace,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from "@codemirror/view";
import type { LineChange } from "$lib/ipc";
import type { BlameLines } from "../blameLines";
import { nothingFound, type FindState } from "../findModel";
import type { MarkedLines } from "../ruler";
import type { Structure } from "../structure";
import type { Place } from "../tabs";
import { wordAt } from "../words";
import { BlameColumn, type BlameAsked } from "./blameColumn";
import { changeMarks, setChanges } from "./changeMarks";
import {
  fold,
  foldAll,
  foldData,
  foldHere,
  foldedNow,
  folding,
  unfoldAll,
  unfoldHere,
  type Folded,
} from "./folding";
import { highlighting, recolour } from "./highlighting";
import { indentGuides } from "./indentGuides";
import { matchMarks, showMatches } from "./matchMarks";
import { overviewRuler, setMarks } from "./overviewRuler";
import { sameWords } from "./sameWords";
import type { SpanSource } from "./spanSource";
import { stickyScopes } from "./stickyScopes";
import { Blocks, setBlocks, threadBlocks, type BlockAt, type BlockHost } from "./threadBlocks";
import { setThreadMarks, threadGutter, type GutterAsked, type ThreadMark } from "./threadGutter";
import { isProse, proseDirection } from "./proseDirection";
import { setStructure } from "./structureField";
import { codeTheme } from "./theme";
import { partsTheme } from "./partsTheme";
import { unseenCharacters } from "./directionMarks";

export interface Cursor {
  /** 1-based. */
  line: number;
  /** 0-based UTF-16. */
  column: number;
  /** UTF-16 units selected. */
  selected: number;
}

export interface CodeEditorOptions {
  parent: HTMLElement;
  text: Text;
  /** Accessible name. */
  label: string;
  /** Of the text: data is folded at first. */
  language: string;
  place: Place | null;
  /** What was folded when the document was left; null when it is seen for the first time. */
  folded: readonly Folded[] | null;
  wrap: boolean;
  whitespace: boolean;
  spans: SpanSource | null;
  blame: BlameAsked;
  /** Draws what stands between the lines; without it nothing does. */
  blocks?: BlockHost;
  /** Answers what is asked beside the lines; without it there is no column for threads. */
  threads?: GutterAsked;
  onCursor: (cursor: Cursor) => void;
  onNoColours: (source: SpanSource) => void;
  /** A line's bar was clicked. */
  onChange: (line: number) => void;
  /** A line of the header was clicked. */
  onScope: (line: number) => void;
}

export class CodeEditor {
  readonly view: EditorView;
  private readonly wrapping = new Compartment();
  private readonly whitespace = new Compartment();
  private readonly blame: BlameColumn;
  private readonly blocks: Blocks | null;
  private blocksAt: readonly BlockAt[] = [];
  private isNew: boolean;
  /** What the view shows now: showing the same again would make it lay out for nothing. */
  private wraps: boolean;
  private showsWhitespace: boolean;
  private found: FindState = nothingFound;
  private changes: readonly LineChange[] = [];
  private marks: readonly MarkedLines[] = [];

  constructor(private readonly options: CodeEditorOptions) {
    const { text, place, folded } = options;
    this.wraps = options.wrap;
    this.showsWhitespace = options.whitespace;
    this.blame = new BlameColumn(options.blame);
    this.blocks = options.blocks ? new Blocks(options.blocks) : null;
    this.isNew = folded === null;
    const cursor = offsetOf(text, place?.line ?? 1, place?.column ?? 0);
    let state = EditorState.create({
      doc: text,
      selection: EditorSelection.cursor(cursor),
      extensions: this.extensions(),
    });
    if (folded?.length) state = state.update({ effects: folded.map((range) => foldEffect.of(range)) }).state;
    const top = place ? offsetOf(text, place.top, 0) : 0;
    this.view = new EditorView({
      state,
      parent: options.parent,
      scrollTo: top > 0 ? EditorView.scrollIntoView(top, { y: "start", yMargin: 0 }) : undefined,
    });
    options.onCursor(cursorOf(state));
  }

  private extensions(): Extension {
    const { options } = this;
    return [
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({
        tabindex: "0",
        "aria-label": options.label,
        "aria-readonly": "true",
        "data-pane-focus": "",
      }),
      EditorState.tabSize.of(4),
      this.blame.extension,
      changeMarks(options.onChange),
      lineNumbers(),
      options.threads ? threadGutter(options.threads) : [],
      folding,
      this.blocks ? threadBlocks(this.blocks) : [],
      highlightActiveLine(),
      highlightActiveLineGutter(),
      drawSelection({ cursorBlinkRate: 0 }),
      this.wrapping.of(options.wrap ? EditorView.lineWrapping : []),
      this.whitespace.of(options.whitespace ? highlightWhitespace() : []),
      keymap.of(standardKeymap),
      sameWords,
      matchMarks,
      bracketMatching(),
      indentGuides,
      unseenCharacters,
      isProse(options.language) ? proseDirection : [],
      options.spans ? highlighting(options.spans, options.onNoColours) : [],
      stickyScopes(options.spans, options.onScope),
      overviewRuler,
      EditorView.updateListener.of((update) => reportCursor(update, options.onCursor)),
      EditorView.editorAttributes.compute(["selection"], ({ selection }) => ({
        class: selection.main.empty ? "" : "selecting",
      })),
      // A class rather than :has(), which engines would have to check again on every line drawn.
      EditorView.domEventHandlers({
        focus: (_, view) => {
          options.parent.classList.toggle("keyboard", view.contentDOM.matches(":focus-visible"));
        },
        blur: () => options.parent.classList.remove("keyboard"),
      }),
      codeTheme,
      partsTheme,
    ];
  }

  /** Puts the caret somewhere and brings it into view; `end` selects up to that column, `lastLine` whole lines up to that one. */
  goTo(line: number, column = 0, end?: number, lastLine?: number): void {
    const { doc } = this.view.state;
    const anchor = offsetOf(doc, line, column);
    const head =
      lastLine !== undefined && lastLine > line
        ? doc.line(Math.min(lastLine, doc.lines)).to
        : end === undefined
          ? anchor
          : offsetOf(doc, line, end);
    const { from, to } = this.view.viewport;
    const far = anchor < from || anchor > to || !this.isOnScreen(anchor);
    this.view.dispatch({
      selection: EditorSelection.single(anchor, head),
      effects: EditorView.scrollIntoView(anchor, far ? { y: "center" } : { y: "nearest", yMargin: 40 }),
    });
  }

  /** Null while the view is not laid out, as behind another screen. */
  place(): Place | null {
    const { view } = this;
    if (view.scrollDOM.clientHeight === 0) return null;
    const { line, column } = cursorOf(view.state);
    return { top: Math.floor(this.topLine()), line, column };
  }

  /** The line at the top; its fraction is the part of it that is scrolled away. */
  topLine(): number {
    const { view } = this;
    const height = Math.max(0, view.scrollDOM.scrollTop - view.documentPadding.top);
    const block = view.lineBlockAtHeight(height);
    const part = Math.min(0.99, Math.max(0, (height - block.top) / Math.max(1, block.height)));
    return view.state.doc.lineAt(block.from).number + part;
  }

  /** Scrolls so that `topLine` is this. */
  scrollToLine(top: number): void {
    const { view } = this;
    const { doc } = view.state;
    const block = view.lineBlockAt(doc.line(Math.min(Math.max(1, Math.floor(top)), doc.lines)).from);
    view.scrollDOM.scrollTop =
      block.top + (top % 1) * block.height + view.documentPadding.top * Number(top > 1);
  }

  setWrap(on: boolean): void {
    if (on === this.wraps) return;
    this.wraps = on;
    this.view.dispatch({ effects: this.wrapping.reconfigure(on ? EditorView.lineWrapping : []) });
  }

  setWhitespace(on: boolean): void {
    if (on === this.showsWhitespace) return;
    this.showsWhitespace = on;
    this.view.dispatch({ effects: this.whitespace.reconfigure(on ? highlightWhitespace() : []) });
  }

  setMatches(found: FindState): void {
    if (found === this.found) return;
    this.found = found;
    this.view.dispatch({ effects: showMatches.of(found) });
  }

  setStructure(structure: Structure | null): void {
    this.view.dispatch({ effects: setStructure.of(structure) });
    void this.settleColours();
    if (!structure || !this.isNew) return;
    this.isNew = false;
    fold(this.view, foldData(this.view.state, this.options.language));
  }

  /** All of the text was analysed: colours that came before it are looked at again. */
  private async settleColours(): Promise<void> {
    const changed = (await this.options.spans?.settle()) ?? [];
    if (changed.length > 0 && this.view.dom.isConnected)
      this.view.dispatch({ effects: recolour.of(changed) });
  }

  setChanges(changes: readonly LineChange[]): void {
    if (changes.length === 0 && this.changes.length === 0) return;
    this.changes = changes;
    this.view.dispatch({ effects: setChanges.of(changes) });
  }

  setMarks(marks: readonly MarkedLines[]): void {
    const none = (all: readonly MarkedLines[]) => all.every(({ ranges }) => ranges.length === 0);
    if (none(marks) && none(this.marks)) return;
    this.marks = marks;
    this.view.dispatch({ effects: setMarks.of(marks) });
  }

  /** What stands between the lines from now on, in this order where several are below one line. */
  setBlocks(blocks: readonly BlockAt[]): void {
    const same = (one: BlockAt, at: number) => {
      const before = this.blocksAt[at];
      return before?.key === one.key && before.line === one.line;
    };
    if (blocks.length === this.blocksAt.length && blocks.every(same)) return;
    this.blocksAt = blocks;
    this.view.dispatch({ effects: setBlocks.of(blocks) });
  }

  setThreadMarks(marks: readonly ThreadMark[]): void {
    this.view.dispatch({ effects: setThreadMarks.of(marks) });
  }

  /** Brings a block into view with its line, and puts the caret on that unless it is `still`. False when there is no such block. */
  showBlock(key: string, still: boolean): boolean {
    const block = this.blocksAt.find((one) => one.key === key);
    if (!block) return false;
    const at = offsetOf(this.view.state.doc, Math.max(1, block.line), 0);
    const element = this.blocks?.element(key);
    const box = element?.getBoundingClientRect();
    const within = this.view.scrollDOM.getBoundingClientRect();
    const seen = box && box.top >= within.top + 24 && box.bottom <= within.bottom;
    const effects = seen
      ? []
      : [
          EditorView.scrollIntoView(block.line < 1 ? 0 : at, {
            y: "start",
            yMargin: block.line < 1 ? 200 : 96,
          }),
        ];
    this.view.dispatch({ ...(still ? {} : { selection: EditorSelection.cursor(at) }), effects });
    return true;
  }

  /** Puts the caret on the line of a block, without scrolling. */
  caretAtBlock(key: string): void {
    const block = this.blocksAt.find((one) => one.key === key);
    if (!block) return;
    const at = offsetOf(this.view.state.doc, Math.max(1, block.line), 0);
    this.view.dispatch({ selection: EditorSelection.cursor(at) });
  }

  setBlame(blame: BlameLines | null, dayOf: (at: string) => string): void {
    this.blame.show(this.view, blame, dayOf);
  }

  /** What folds and unfolds. */
  get fold() {
    const { view } = this;
    return {
      here: () => foldHere(view),
      openHere: () => unfoldHere(view),
      all: () => foldAll(view),
      openAll: () => unfoldAll(view),
    };
  }

  /** Null while nothing is known of what could be folded. */
  folded(): Folded[] | null {
    return this.isNew ? null : foldedNow(this.view.state);
  }

  /** The selected text, if it lies within one line. */
  selectedWords(): string {
    const { state } = this.view;
    const { from, to } = state.selection.main;
    return state.doc.lineAt(from).to >= to ? state.sliceDoc(from, to) : "";
  }

  selectedText(): string {
    const { from, to } = this.view.state.selection.main;
    return this.view.state.sliceDoc(from, to);
  }

  selectedLines(): { first: number; last: number } {
    const { doc, selection } = this.view.state;
    const { from, to } = selection.main;
    const last = doc.lineAt(to);
    const first = doc.lineAt(from).number;
    // A selection that ends before the first character of a line holds nothing of it.
    return { first, last: to > from && to === last.from ? last.number - 1 : last.number };
  }

  wordAtCaret(): { word: string; line: number; column: number } | null {
    const { doc, selection } = this.view.state;
    const line = doc.lineAt(selection.main.from);
    const word = wordAt(line.text, selection.main.from - line.from);
    return word ? { word: word.text, line: line.number, column: word.start } : null;
  }

  /** Puts the caret where the pointer is, unless that is within the selection. */
  pointAt(x: number, y: number): void {
    const at = this.view.posAtCoords({ x, y });
    const { from, to } = this.view.state.selection.main;
    if (at !== null && (at < from || at > to)) this.view.dispatch({ selection: { anchor: at } });
  }

  /** Pixels from the top and left of the view to a line's lower left corner; null while it is out of sight. */
  below(line: number): { top: number; left: number; lineHeight: number } | null {
    const { doc } = this.view.state;
    const at = this.view.coordsAtPos(doc.line(Math.min(Math.max(1, line), doc.lines)).from);
    const box = this.view.dom.getBoundingClientRect();
    if (!at) return null;
    return { top: at.bottom - box.top, left: at.left - box.left, lineHeight: at.bottom - at.top };
  }

  /** The same of a place in a line; null while it is out of sight. */
  belowPlace(line: number, column: number): { top: number; left: number; lineHeight: number } | null {
    const at = this.view.coordsAtPos(offsetOf(this.view.state.doc, line, column));
    const box = this.view.dom.getBoundingClientRect();
    if (!at || at.bottom < box.top || at.top > box.bottom) return null;
    return { top: at.bottom - box.top, left: at.left - box.left, lineHeight: at.bottom - at.top };
  }

  lineText(line: number): string {
    const { doc } = this.view.state;
    return doc.line(Math.min(Math.max(1, line), doc.lines)).text;
  }

  focus(): void {
    this.view.focus();
  }

  /** Measures again after fonts or sizes changed. */
  remeasure(): void {
    this.view.requestMeasure();
  }

  destroy(): void {
    this.view.destroy();
    this.blocks?.dropAll();
  }

  private isOnScreen(offset: number): boolean {
    const block = this.view.lineBlockAt(offset);
    const { scrollTop, clientHeight } = this.view.scrollDOM;
    return block.top >= scrollTop && block.bottom <= scrollTop + clientHeight;
  }
}

function offsetOf(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(at.from + column, at.to);
}

function cursorOf(state: EditorState): Cursor {
  const { head, from, to } = state.selection.main;
  const line = state.doc.lineAt(head);
  return { line: line.number, column: head - line.from, selected: to - from };
}

function reportCursor(update: ViewUpdate, tell: (cursor: Cursor) => void): void {
  if (update.selectionSet) tell(cursorOf(update.state));
}
