// Keys that scroll a difference.

/** Pixels a key scrolls by, null for other keys. */
export function scrollStep(event: KeyboardEvent, page: number, total: number): number | null {
  if (event.altKey || event.metaKey || event.ctrlKey) return null;
  const line = 40;
  const whole = Math.max(line, page - line);
  switch (event.key) {
    case "ArrowDown":
      return line;
    case "ArrowUp":
      return -line;
    case "PageDown":
      return whole;
    case "PageUp":
      return -whole;
    case " ":
      return event.shiftKey ? -whole : whole;
    case "Home":
      return -total;
    case "End":
      return total;
    default:
      return null;
  }
}
