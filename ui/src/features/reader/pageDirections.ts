// Each block of a rendered page runs from the side that its own script is read from.

/** A list or a table has one direction for all of its entries: its bullets and columns stand on one side. */
const blocks = "p, h1, h2, h3, h4, h5, h6, ul, ol, dl, table, blockquote, summary, figcaption";

export function followDirections(page: ParentNode): void {
  for (const block of page.querySelectorAll<HTMLElement>(blocks)) if (!block.dir) block.dir = "auto";
  // Code runs from the left wherever it stands.
  for (const code of page.querySelectorAll<HTMLElement>("pre, code")) code.dir = "ltr";
}
