// Keys that walk through rows.

/** How many rows a key moves by, null for other keys. */
export function scrollKey(event: KeyboardEvent, page: number, rows: number): number | null {
  if (event.altKey || event.metaKey) return null;
  switch (event.key) {
    case "ArrowDown":
      return 1;
    case "ArrowUp":
      return -1;
    case "PageDown":
      return page;
    case "PageUp":
      return -page;
    case " ":
      return event.shiftKey ? -page : page;
    case "Home":
      return -rows;
    case "End":
      return rows;
    default:
      return null;
  }
}
