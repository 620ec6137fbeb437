// Long paths cut in the middle so that both ends stay, with their marks in place.

export interface Marked {
  text: string;
  /** UTF-16 units that are marked, ascending. */
  at: number[];
}

/** A directory of at most `most` UTF-16 units: its first name, an ellipsis, and as much of its end as fits. */
export function shortenDirectory(text: string, at: readonly number[], most: number): Marked {
  if (text.length <= most) return { text, at: [...at] };
  const slash = text.indexOf("/");
  const head = slash > 0 && slash < most / 3 ? text.slice(0, slash + 1) : "";
  let from = text.length - (most - head.length - 2);
  const boundary = text.indexOf("/", from);
  if (boundary > 0 && boundary < text.length - 1) from = boundary + 1;
  // Half of a character outside the basic plane would be drawn as a box.
  if (/[\uDC00-\uDFFF]/.test(text[from] ?? "")) from += 1;
  const shift = head.length + 2 - from;
  return {
    text: `${head}…/${text.slice(from)}`,
    at: [
      ...at.filter((unit) => unit < head.length),
      ...at.filter((unit) => unit >= from).map((unit) => unit + shift),
    ],
  };
}

/** A path as its name and its directory, each with its own marks. */
export function splitPath(path: string, at: readonly number[], most: number): { name: Marked; dir: Marked } {
  const slash = path.lastIndexOf("/");
  const name = {
    text: path.slice(slash + 1),
    at: at.filter((unit) => unit > slash).map((unit) => unit - slash - 1),
  };
  const dir = slash < 0 ? "" : path.slice(0, slash);
  return {
    name,
    dir: shortenDirectory(
      dir,
      at.filter((unit) => unit < slash),
      most,
    ),
  };
}
