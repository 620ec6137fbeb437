// A read-only CodeMirror view of a document: a caret to walk with, but nothing to change.
import { standardKeymap } from "@codemirror/commands";
import { Compartment, EditorSelection, EditorState, type Text } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from "@codemirror/view";
import type { FindState } from "../findModel";
import type { Place } from "../tabs";
import { highlighting } from "./highlighting";
import { matchMarks, showMatches } from "./matchMarks";
import type { SpanSource } from "./spanSource";
import { codeTheme } from "./theme";

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
  place: Place | null;
  wrap: boolean;
  spans: SpanSource | null;
  onCursor: (cursor: Cursor) => void;
  onNoColours: (source: SpanSource) => void;
}

export class CodeEditor {
  readonly view: EditorView;
  private readonly wrapping = new Compartment();

  constructor(options: CodeEditorOptions) {
    const { text, place } = options;
    const cursor = offsetOf(text, place?.line ?? 1, place?.column ?? 0);
    const state = EditorState.create({
      doc: text,
      selection: EditorSelection.cursor(cursor),
      extensions: [
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({
          tabindex: "0",
          "aria-label": options.label,
          "aria-readonly": "true",
          "data-pane-focus": "",
        }),
        EditorState.tabSize.of(4),
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        drawSelection({ cursorBlinkRate: 0 }),
        this.wrapping.of(options.wrap ? EditorView.lineWrapping : []),
        keymap.of(standardKeymap),
        matchMarks,
        options.spans ? highlighting(options.spans, options.onNoColours) : [],
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
      ],
    });
    const top = place ? offsetOf(text, place.top, 0) : 0;
    this.view = new EditorView({
      state,
      parent: options.parent,
      scrollTo: top > 0 ? EditorView.scrollIntoView(top, { y: "start", yMargin: 0 }) : undefined,
    });
    options.onCursor(cursorOf(state));
  }

  /** Puts the caret somewhere and brings it into view; `end` selects up to that column. */
  goTo(line: number, column = 0, end?: number): void {
    const { doc } = this.view.state;
    const anchor = offsetOf(doc, line, column);
    const head = end === undefined ? anchor : offsetOf(doc, line, end);
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
    const top = view.lineBlockAtHeight(Math.max(0, view.scrollDOM.scrollTop - view.documentPadding.top));
    const { line, column } = cursorOf(view.state);
    return { top: view.state.doc.lineAt(top.from).number, line, column };
  }

  setWrap(on: boolean): void {
    this.view.dispatch({ effects: this.wrapping.reconfigure(on ? EditorView.lineWrapping : []) });
  }

  setMatches(found: FindState): void {
    this.view.dispatch({ effects: showMatches.of(found) });
  }

  /** The selected text, if it lies within one line. */
  selectedWords(): string {
    const { state } = this.view;
    const { from, to } = state.selection.main;
    return state.doc.lineAt(from).to >= to ? state.sliceDoc(from, to) : "";
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
