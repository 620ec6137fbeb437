// What a key does in the tree, after the ARIA tree pattern.
import { parentOf } from "./paths";
import type { TreeModel } from "./tree";

export type TreeAction =
  | { do: "focus"; index: number }
  | { do: "expand" | "collapse" | "open"; path: string }
  | { do: "retry"; path: string }
  | null;

/** The answer to a key with the row at `index` focused; `page` is how many rows are on screen. */
export function treeKey(model: TreeModel, index: number, key: string, page: number): TreeAction {
  const last = model.count - 1;
  const row = model.rowAt(index);
  switch (key) {
    case "ArrowDown":
      return focus(Math.min(index + 1, last));
    case "ArrowUp":
      return focus(Math.max(index - 1, 0));
    case "PageDown":
      return focus(Math.min(index + page, last));
    case "PageUp":
      return focus(Math.max(index - page, 0));
    case "Home":
      return focus(0);
    case "End":
      return focus(last);
    case "ArrowRight":
      if (row?.kind !== "entry" || row.expanded === undefined) return null;
      if (!row.expanded) return { do: "expand", path: row.entry.path };
      return (model.rowAt(index + 1)?.depth ?? 0) > row.depth ? focus(index + 1) : null;
    case "ArrowLeft": {
      if (!row) return null;
      if (row.kind === "entry" && row.expanded) return { do: "collapse", path: row.entry.path };
      const parent = row.kind === "entry" ? parentOf(row.entry.path) : row.dir;
      return parent ? focus(model.indexOf(parent)) : null;
    }
    case "Enter":
    case " ":
      if (!row) return null;
      if (row.kind === "failed") return { do: "retry", path: row.dir };
      if (row.kind !== "entry") return null;
      if (row.expanded === undefined) return { do: "open", path: row.entry.path };
      return { do: row.expanded ? "collapse" : "expand", path: row.entry.path };
    default:
      return null;
  }
}

function focus(index: number): TreeAction {
  return index < 0 ? null : { do: "focus", index };
}

const PAUSE_MS = 700;

/** Collects letters typed in quick succession and finds the next row whose name begins with them. */
export class TypeAhead {
  private typed = "";
  private lastAt = -Infinity;

  /** The row to focus, or -1. `at` is in milliseconds. */
  type(model: TreeModel, index: number, letter: string, at: number): number {
    this.typed = at - this.lastAt > PAUSE_MS ? letter : this.typed + letter;
    this.lastAt = at;
    const repeated = [...this.typed].every((char) => char === letter);
    const wanted = (repeated ? letter : this.typed).toLowerCase();
    // A single letter moves on; a growing word may stay where it already fits.
    const from = repeated ? index + 1 : index;
    for (let step = 0; step < model.count; step += 1) {
      const candidate = (from + step) % model.count;
      const row = model.rowAt(candidate);
      if (row?.kind === "entry" && row.entry.name.toLowerCase().startsWith(wanted)) return candidate;
    }
    return -1;
  }

  /** Whether a space now belongs to the word being typed. */
  isTyping(at: number): boolean {
    return this.typed !== "" && at - this.lastAt <= PAUSE_MS;
  }
}
