// A command line as typed and as the words it is run as. No shell ever reads it.

export type Parsed = { argv: string[]; error: null } | { argv: null; error: string };

/**
 * Splits what was typed into words: blanks part them, quotes hold them together, a backslash takes the next character as it is
 * (in double quotes only before a quote or a backslash).
 */
export function parseCommand(text: string): Parsed {
  const argv: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote) {
      if (sign === quote) quote = null;
      else if (sign === "\\" && quote === '"' && (next === '"' || next === "\\")) {
        word = (word ?? "") + next;
        at += 1;
      } else word = (word ?? "") + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= "";
    } else if (sign === "\\" && next !== "") {
      word = (word ?? "") + next;
      at += 1;
    } else if (/\s/.test(sign)) {
      if (word !== null) argv.push(word);
      word = null;
    } else word = (word ?? "") + sign;
  }
  if (quote) return { argv: null, error: `A ${quote === '"' ? "double" : "single"} quote is not closed.` };
  if (word !== null) argv.push(word);
  return argv.length > 0 && argv[0] !== ""
    ? { argv, error: null }
    : { argv: null, error: "Type the program to run." };
}

/** The words as one would type them; `parseCommand` gives them back. */
export function writeCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/[\\"]/g, "\\$&")}"`))
    .join(" ");
}

/** Signs that can't be seen, or that turn others round, are written out, so that a command can't look like another. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (sign) => `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
}

const operators = new Set(["&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"]);

/** What a shell would do something with and we don't: a sentence, or null. */
export function shellNote(argv: readonly string[]): string | null {
  const first = argv[0] ?? "";
  if (/^[A-Za-z_]\w*=/.test(first))
    return `No shell runs this: ${first.split("=")[0]} would not be set, ${first} would be the program.`;
  const operator = argv.find((word) => operators.has(word));
  if (operator) return `No shell runs this: ${operator} would be handed to ${first} as a word.`;
  const variable = argv.find((word) => /\$\w|\$\{|`/.test(word));
  return variable ? `No shell runs this: ${variable} stays as it is written.` : null;
}
