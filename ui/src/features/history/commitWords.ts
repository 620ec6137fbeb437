// What the window says about commits: short ids, initials, the parts of a message.

/** The first seven hex digits. */
export const shortId = (id: string): string => id.slice(0, 7);

/** "MQ" of "Mira Quay", "م" of a name in one word; "?" of none. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = (word: string | undefined) => /[\p{L}\p{N}]/u.exec(word ?? "")?.[0]?.toUpperCase() ?? "";
  if (words.length === 0) return "?";
  return first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "");
}

/** The message below its first line. */
export function bodyOf(message: string): string {
  const end = message.indexOf("\n");
  return end < 0 ? "" : message.slice(end + 1).trim();
}

export type MessagePart = { text: string; commit?: string };

/**
 * A message cut where it names commits, by 7 to 40 hex digits. Nothing else becomes a link: addresses on the web stay text. Numbers and words
 * like "defaced" are told apart as well as may be: an id holds a digit and a letter, or is whole.
 */
export function messageParts(text: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let from = 0;
  for (const found of text.matchAll(/(?<![\w/.#-])[0-9a-f]{7,40}(?![\w/-])/g)) {
    const [id] = found;
    if (id.length < 40 && !(/[0-9]/.test(id) && /[a-f]/.test(id))) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push({ text: id, commit: id });
    from = found.index + id.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
