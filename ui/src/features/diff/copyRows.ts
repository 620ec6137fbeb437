// What copying from a difference puts on the clipboard: the lines alone, without numbers and signs.

/** Takes over a copy event when its selection holds lines of a difference. */
export function copyRows(event: ClipboardEvent): void {
  const selection = document.getSelection();
  const table = event.currentTarget as HTMLElement;
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const lines: string[] = [];
  for (const cell of table.querySelectorAll<HTMLElement>(".dl .t")) {
    if (!range.intersectsNode(cell) || getComputedStyle(cell).userSelect === "none") continue;
    const part = document.createRange();
    part.selectNodeContents(cell);
    if (cell.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
    if (cell.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
    lines.push(part.toString());
  }
  if (lines.length === 0) return;
  event.clipboardData?.setData("text/plain", lines.join("\n"));
  event.preventDefault();
}
