// The symbols of a file as the outline lists them.
import type { OutlineItem } from "$lib/ipc";

/** The letter or two that stand for a kind, and the colour class they wear. */
export function badge(kind: string): { text: string; tone: "" | "ty" | "k" | "m" } {
  return badges[kind] ?? { text: kind.slice(0, 1).toUpperCase() || "·", tone: "" };
}

const badges: Record<string, { text: string; tone: "" | "ty" | "k" | "m" }> = {
  function: { text: "fn", tone: "" },
  method: { text: "fn", tone: "" },
  class: { text: "C", tone: "ty" },
  struct: { text: "S", tone: "ty" },
  enum: { text: "E", tone: "ty" },
  interface: { text: "I", tone: "ty" },
  trait: { text: "T", tone: "ty" },
  type: { text: "T", tone: "ty" },
  module: { text: "M", tone: "m" },
  macro: { text: "m!", tone: "m" },
  constant: { text: "K", tone: "k" },
  field: { text: "f", tone: "k" },
  key: { text: "k", tone: "k" },
  heading: { text: "#", tone: "m" },
};

/** The innermost symbol that covers a line: the last to begin at or before it that has not ended. -1 for none. */
export function symbolAt(items: readonly OutlineItem[], line: number): number {
  let found = -1;
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at];
    if (!item || item.line > line) break;
    if (item.end_line >= line) found = at;
  }
  return found;
}

/** Symbols whose name holds the typed text, with the symbols they lie in so that they keep their place. Fields only when asked for. */
export function filterOutline(items: readonly OutlineItem[], typed: string): OutlineItem[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return items.filter((item) => item.kind !== "field");
  const kept = new Set<OutlineItem>();
  const above: OutlineItem[] = [];
  for (const item of items) {
    above.length = Math.min(above.length, item.depth);
    if (item.name.toLowerCase().includes(wanted)) for (const one of [...above, item]) kept.add(one);
    above[item.depth] = item;
  }
  return items.filter((item) => kept.has(item));
}
