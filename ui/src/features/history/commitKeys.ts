// What a key does in the list of commits, after the ARIA listbox pattern with more than one selection.

export type CommitAction =
  { do: "focus"; index: number } | { do: "toggle" | "show" | "menu" | "filter" } | null;

/** The answer to a key with the row at `index` focused, of `count` rows, `page` of which fit. */
export function commitKey(
  event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">,
  index: number,
  count: number,
  page: number,
): CommitAction {
  if ((event.key === "F10" && event.shiftKey) || event.key === "ContextMenu") return { do: "menu" };
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const to = (place: number): CommitAction =>
    count === 0 ? null : { do: "focus", index: Math.min(Math.max(0, place), count - 1) };
  switch (event.key) {
    case "ArrowDown":
      return to(index + 1);
    case "ArrowUp":
      return to(index - 1);
    case "PageDown":
      return to(index + page);
    case "PageUp":
      return to(index - page);
    case "Home":
      return to(0);
    case "End":
      return to(count - 1);
    case " ":
      return { do: "toggle" };
    case "Enter":
      return { do: "show" };
    case "/":
      return { do: "filter" };
    default:
      return null;
  }
}
