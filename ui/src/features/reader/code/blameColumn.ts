// The column that says who wrote which lines: name and day where a commit's lines begin, and a tint by age.
import { Compartment, StateEffect, StateField, type Extension } from "@codemirror/state";
import { GutterMarker, gutter, type EditorView } from "@codemirror/view";
import { BlameLines, type BlamedLine } from "../blameLines";

const setBlame = StateEffect.define<BlameLines | null>();

const blameField = StateField.define<BlameLines | null>({
  create: () => null,
  update: (held, transaction) =>
    transaction.effects.reduce((value, effect) => (effect.is(setBlame) ? effect.value : value), held),
});

class BlameMark extends GutterMarker {
  override elementClass: string;

  constructor(
    private readonly blamed: BlamedLine,
    private readonly day: string,
  ) {
    super();
    this.elementClass = `age-${blamed.age}${blamed.isFirst ? " begins" : ""}`;
  }

  override eq(other: BlameMark): boolean {
    return (
      other.elementClass === this.elementClass &&
      other.blamed.commit === this.blamed.commit &&
      other.day === this.day
    );
  }

  override toDOM(): Node {
    const box = document.createElement("span");
    box.className = "cm-blame-who";
    if (!this.blamed.isFirst) return box;
    const author = document.createElement("span");
    author.className = "cm-blame-author";
    author.textContent = this.blamed.commit?.author ?? "Not committed";
    const day = document.createElement("span");
    day.className = "cm-blame-day";
    day.textContent = this.day;
    box.append(author, day);
    return box;
  }
}

/** What the pointer or a click asks about a line of the column; null when the pointer left it. */
export interface BlameAsked {
  onHover: (line: number | null) => void;
  onClick: (line: number) => void;
}

export class BlameColumn {
  private readonly place = new Compartment();

  constructor(private readonly asked: BlameAsked) {}

  get extension(): Extension {
    return [blameField, this.place.of([])];
  }

  /** Shows the column, or takes it away with null. `dayOf` says a moment in short. */
  show(view: EditorView, blame: BlameLines | null, dayOf: (at: string) => string): void {
    view.dispatch({
      effects: [setBlame.of(blame), this.place.reconfigure(blame ? this.column(dayOf) : [])],
    });
  }

  private column(dayOf: (at: string) => string): Extension {
    const lineOf = (view: EditorView, from: number) => view.state.doc.lineAt(from).number;
    return gutter({
      class: "cm-blame",
      lineMarker: (view, line) => {
        const blamed = view.state.field(blameField)?.at(lineOf(view, line.from));
        return blamed ? new BlameMark(blamed, blamed.commit ? dayOf(blamed.commit.authored_at) : "") : null;
      },
      domEventHandlers: {
        mousemove: (view, line) => {
          this.asked.onHover(lineOf(view, line.from));
          return false;
        },
        mouseleave: () => {
          this.asked.onHover(null);
          return false;
        },
        mousedown: (view, line) => {
          this.asked.onClick(lineOf(view, line.from));
          return true;
        },
      },
    });
  }
}
