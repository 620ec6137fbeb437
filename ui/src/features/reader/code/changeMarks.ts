// Bars beside the lines that differ from what the file is compared with.
import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { GutterMarker, gutter, type EditorView } from "@codemirror/view";
import type { LineChange, LineChangeKind } from "$lib/ipc";
import { changeAt, describeChange } from "../changes";

export const setChanges = StateEffect.define<readonly LineChange[]>();

export const changesField = StateField.define<readonly LineChange[]>({
  create: () => [],
  update: (held, transaction) =>
    transaction.effects.reduce((value, effect) => (effect.is(setChanges) ? effect.value : value), held),
});

class Bar extends GutterMarker {
  override elementClass: string;

  constructor(
    kind: LineChangeKind | "removed-below",
    private readonly words: string,
  ) {
    super();
    this.elementClass = kind;
  }

  override eq(other: Bar): boolean {
    return other.elementClass === this.elementClass && other.words === this.words;
  }

  override toDOM(): Node {
    const bar = document.createElement("span");
    bar.title = `${this.words}. Click to see what was there.`;
    return bar;
  }
}

function barAt(view: EditorView, from: number): Bar | null {
  const changes = view.state.field(changesField);
  if (changes.length === 0) return null;
  const { doc } = view.state;
  const change = changeAt(changes, doc.lineAt(from).number, doc.lines);
  if (!change) return null;
  const kind = change.kind === "removed" && change.first > doc.lines ? "removed-below" : change.kind;
  return new Bar(kind, describeChange(change));
}

/** `onShow` is told the line whose bar was clicked. */
export function changeMarks(onShow: (line: number) => void): Extension {
  return [
    changesField,
    gutter({
      class: "cm-changes",
      lineMarker: (view, line) => barAt(view, line.from),
      lineMarkerChange: ({ startState, state }) =>
        startState.field(changesField) !== state.field(changesField),
      domEventHandlers: {
        mousedown: (view, line, event) => {
          const { number } = view.state.doc.lineAt(line.from);
          if ((event as MouseEvent).button !== 0 || !barAt(view, line.from)) return false;
          onShow(number);
          return true;
        },
      },
    }),
  ];
}
