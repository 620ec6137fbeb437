// The rule beside lines that threads are about, and the sign that begins a new one.
import {
  RangeSet,
  StateEffect,
  StateField,
  type EditorState,
  type Extension,
  type Range,
} from "@codemirror/state";
import { EditorView, GutterMarker, ViewPlugin, gutter } from "@codemirror/view";

/** Lines that a thread is about, 1-based and inclusive. */
export interface ThreadMark {
  id: string;
  first: number;
  last: number;
  /** Its state, as the tokens name it. */
  tone: string;
  /** What it is, in words. */
  label: string;
}

export const setThreadMarks = StateEffect.define<readonly ThreadMark[]>();
/** The line under the pointer, 1-based; 0 for none. */
const setPointed = StateEffect.define<number>();

/** A thread that is about more lines than this is marked at its ends. */
const MOST_LINES = 5_000;

class Rule extends GutterMarker {
  override elementClass: string;

  constructor(
    readonly id: string,
    tone: string,
    private readonly label: string,
    begins: boolean,
    ends: boolean,
  ) {
    super();
    this.elementClass = `ruled t-${tone}${begins ? " begins" : ""}${ends ? " ends" : ""}`;
  }

  override eq(other: Rule): boolean {
    return other.id === this.id && other.elementClass === this.elementClass && other.label === this.label;
  }

  override toDOM(): Node {
    const rule = document.createElement("span");
    rule.className = "cm-thread-rule";
    rule.title = this.label;
    rule.setAttribute("role", "img");
    rule.setAttribute("aria-label", this.label);
    return rule;
  }
}

interface Held {
  rules: RangeSet<GutterMarker>;
  pointed: number;
}

function rulesOf(state: EditorState, marks: readonly ThreadMark[]): RangeSet<GutterMarker> {
  const { doc } = state;
  const ranges: Range<GutterMarker>[] = [];
  const taken = new Set<number>();
  for (const { id, first, last, tone, label } of marks) {
    const end = Math.min(last, doc.lines, first + MOST_LINES);
    for (let line = Math.max(1, first); line <= end; line += 1) {
      if (taken.has(line)) continue;
      taken.add(line);
      ranges.push(new Rule(id, tone, label, line === first, line === last).range(doc.line(line).from));
    }
  }
  return RangeSet.of(ranges, true);
}

const heldField = StateField.define<Held>({
  create: () => ({ rules: RangeSet.empty, pointed: 0 }),
  update(held, transaction) {
    let next = held;
    for (const effect of transaction.effects) {
      if (effect.is(setThreadMarks)) next = { ...next, rules: rulesOf(transaction.state, effect.value) };
      if (effect.is(setPointed)) next = { ...next, pointed: effect.value };
    }
    return next;
  },
});

class Plus extends GutterMarker {
  constructor(
    private readonly selected: boolean,
    private readonly add: () => void,
  ) {
    super();
  }

  override eq(other: Plus): boolean {
    return other.selected === this.selected;
  }

  override toDOM(): Node {
    const plus = document.createElement("button");
    plus.type = "button";
    plus.tabIndex = -1;
    plus.className = `cm-plus${this.selected ? " selected" : ""}`;
    plus.title = this.selected ? "Comment on the selected lines, C" : "Comment on this line, C";
    plus.onmousedown = (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.button === 0) this.add();
    };
    return plus;
  }
}

/** Where the sign is: at the first selected line, else at the one under the pointer. */
function plusLine(state: EditorState): { line: number; selected: boolean } {
  const { main } = state.selection;
  if (!main.empty) return { line: state.doc.lineAt(main.from).number, selected: true };
  return { line: state.field(heldField).pointed, selected: false };
}

/** What the gutter is asked for: a comment on these lines, or the thread of a line. */
export interface GutterAsked {
  onAdd: (line: number | null) => void;
  onThread: (id: string) => void;
}

/** The column of the rules, right of the line numbers. */
export function threadGutter(asked: GutterAsked): Extension {
  return [
    heldField,
    EditorView.theme({ "&": { "--threads-w": "7px" } }),
    gutter({
      class: "cm-threads",
      markers: (view) => view.state.field(heldField).rules,
      lineMarker: (view, { from }) => {
        const { line, selected } = plusLine(view.state);
        if (line < 1 || view.state.doc.lineAt(from).number !== line) return null;
        return new Plus(selected, () => {
          const now = plusLine(view.state);
          asked.onAdd(now.selected ? null : now.line);
        });
      },
      lineMarkerChange: ({ startState, state }) => {
        const [before, after] = [plusLine(startState), plusLine(state)];
        return before.line !== after.line || before.selected !== after.selected;
      },
      domEventHandlers: {
        mousedown: (view, { from }, event) => {
          if ((event as MouseEvent).button !== 0) return false;
          let id = "";
          const { rules } = view.state.field(heldField);
          rules.between(from, from, (_from, _to, rule) => {
            if (rule instanceof Rule) id = rule.id;
          });
          if (id) asked.onThread(id);
          return id !== "";
        },
      },
    }),
    // The gutters are outside of what the editor itself hears.
    ViewPlugin.define((view) => {
      const { scrollDOM } = view;
      const moved = (event: MouseEvent) => point(view, event);
      const left = () => point(view, null);
      scrollDOM.addEventListener("mousemove", moved, { passive: true });
      scrollDOM.addEventListener("mouseleave", left);
      return {
        destroy: () => {
          scrollDOM.removeEventListener("mousemove", moved);
          scrollDOM.removeEventListener("mouseleave", left);
        },
      };
    }),
  ];
}

/** The sign follows the pointer along the numbers. */
function point(view: EditorView, event: MouseEvent | null): void {
  const within = event?.target instanceof Element && event.target.closest(".cm-lineNumbers, .cm-threads");
  let line = 0;
  if (within) {
    const block = view.lineBlockAtHeight(event.clientY - view.documentTop);
    // What stands below a line is not the line.
    const top = event.clientY - view.documentTop - block.top;
    if (top <= view.defaultLineHeight * 1.5 || !Array.isArray(block.type))
      line = view.state.doc.lineAt(block.from).number;
  }
  if (line !== view.state.field(heldField).pointed) view.dispatch({ effects: setPointed.of(line) });
}
