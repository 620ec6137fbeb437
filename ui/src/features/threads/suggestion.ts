// Writing Markdown for others: suggestion blocks, and links to files and symbols.

/** A `suggestion` block of these lines, fenced so that nothing in them ends it. */
export function suggestionBlock(lines: string): string {
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}suggestion\n${lines}\n${fence}`;
}

/** A text with a block put in at the caret, on lines of its own, and where the caret is then. */
export function withBlock(text: string, at: number, block: string): { text: string; caret: number } {
  const before = text.slice(0, at);
  const after = text.slice(at);
  const lead = before === "" || before.endsWith("\n") ? "" : "\n";
  const tail = after.startsWith("\n") ? "" : "\n";
  const put = `${lead}${block}${tail}`;
  // Within the block, at the end of its first line, where one begins to change it.
  const caret = before.length + lead.length + block.indexOf("\n") + 1;
  return { text: before + put + after, caret };
}

const escaped = (text: string): string => text.replace(/[\\`*_[\]<>]/g, "\\$&");
const address = (path: string): string =>
  path
    .split("/")
    .map((part) => encodeURIComponent(part).replace(/[()]/g, (one) => (one === "(" ? "%28" : "%29")))
    .join("/");

/** An ordinary Markdown link into the project. */
export function linkTo(words: string, path: string, line?: number): string {
  return `[${escaped(words)}](${address(path)}${line ? `#L${line}` : ""})`;
}

export interface Mention {
  kind: "file" | "symbol";
  /** What was typed after the sign. */
  query: string;
  /** UTF-16, where the sign stands. */
  from: number;
}

/** What is being named at the caret: `@file` or `#symbol`. */
export function mentionAt(text: string, caret: number): Mention | null {
  const found = /(?:^|[\s([])([@#])([^\s@#]*)$/.exec(text.slice(Math.max(0, caret - 200), caret));
  if (!found) return null;
  const [, sign, query = ""] = found;
  // A lone # begins a heading as well.
  if (sign === "#" && query === "") return null;
  return { kind: sign === "@" ? "file" : "symbol", query, from: caret - query.length - 1 };
}
