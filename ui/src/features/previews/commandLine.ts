// A command line as typed and as the words it is run as: the same rules as the engine's (dev_servers/quoting.rs). No shell ever reads it.

export type Parsed =
  | { argv: string[]; error: null }
  /** `shell` says that only a shell could do what is asked for. */
  | { argv: null; error: string; shell?: true };

class Unreadable extends Error {
  constructor(
    message: string,
    readonly shell = false,
  ) {
    super(message);
  }
}

const needsShell = (sign: string) =>
  new Unreadable(`No shell runs this, and ${sign} needs one. In quotes it is handed over as it is.`, true);

/** Splits what was typed into words: blanks part them, quotes hold them together, a backslash takes the next character as it is. */
export function parseCommand(text: string): Parsed {
  try {
    return { argv: new Reader(text.trim()).words(), error: null };
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return { argv: null, error: thrown.message, ...(thrown.shell ? { shell: true as const } : {}) };
  }
}

class Reader {
  private readonly signs: string[];
  private at = 0;

  constructor(text: string) {
    this.signs = [...text];
  }

  words(): string[] {
    const argv: string[] = [];
    let word: string | null = null;
    while (this.at < this.signs.length) {
      const sign = this.next("");
      if (sign === " " || sign === "\t") {
        if (word !== null) argv.push(word);
        word = null;
      } else if (sign === "'") word = (word ?? "") + this.plain();
      else if (sign === '"') word = (word ?? "") + this.double();
      else if (sign === "$" && this.signs[this.at] === "'") {
        this.at += 1;
        word = (word ?? "") + this.escaped();
      } else if (sign === "\\") word = (word ?? "") + this.next("A backslash stands at the end.");
      else if ("$`|&;<>()\n\r".includes(sign)) throw needsShell(this.operator(sign));
      else word = (word ?? "") + sign;
    }
    if (word !== null) argv.push(word);
    if (!argv[0]) throw new Unreadable("Type the program to run.");
    return argv;
  }

  private next(missing: string): string {
    const sign = this.signs[this.at];
    if (sign === undefined) throw new Unreadable(missing);
    this.at += 1;
    return sign;
  }

  /** "&&" rather than "&". */
  private operator(sign: string): string {
    if (sign === "\n" || sign === "\r") return "a second line";
    return this.signs[this.at] === sign ? sign + sign : sign;
  }

  private plain(): string {
    for (let word = ""; ;) {
      const sign = this.next("A single quote is not closed.");
      if (sign === "'") return word;
      word += sign;
    }
  }

  private double(): string {
    const open = "A double quote is not closed.";
    for (let word = ""; ;) {
      const sign = this.next(open);
      if (sign === '"') return word;
      if (sign === "$" || sign === "`") throw needsShell(sign);
      if (sign === "\\") {
        const kept = this.next(open);
        word += '"\\$`'.includes(kept) ? kept : `\\${kept}`;
      } else word += sign;
    }
  }

  /** Between `$'` and `'`. */
  private escaped(): string {
    const bad = "An escape names no character.";
    for (let word = ""; ;) {
      const sign = this.next("A single quote is not closed.");
      if (sign === "'") return word;
      if (sign !== "\\") {
        word += sign;
        continue;
      }
      const kept = this.next(bad);
      const digits = { u: 4, U: 8 }[kept];
      if (digits) {
        const number = this.signs.slice(this.at, this.at + digits).join("");
        const code =
          /^[\da-f]+$/i.test(number) && number.length === digits ? Number.parseInt(number, 16) : -1;
        if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Unreadable(bad);
        this.at += digits;
        word += String.fromCodePoint(code);
      } else {
        const meant = { n: "\n", r: "\r", t: "\t", "'": "'", "\\": "\\" }[kept];
        if (meant === undefined) throw new Unreadable(bad);
        word += meant;
      }
    }
  }
}

/** Control characters, direction marks, blanks that don't look like one, and what has no width at all. */
const hidden =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\ufff0-\uffff]|[\u{e0000}-\u{10ffff}]/u;

function escape(sign: string): string {
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[sign];
  if (short) return short;
  const code = (sign.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** The words as one would type them, with nothing in them that can't be seen; `parseCommand` gives them back. */
export function writeCommand(argv: readonly string[]): string {
  return argv.map(quote).join(" ");
}

function quote(word: string): string {
  if (/^[A-Za-z0-9\-_./:=@%+,]+$/.test(word)) return word;
  if (!hidden.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const signs = [...word].map((sign) => {
    if (sign === "'" || sign === "\\") return `\\${sign}`;
    return hidden.test(sign) ? escape(sign) : sign;
  });
  return `$'${signs.join("")}'`;
}

/** Text of a project in which signs that can't be seen are written out, so that it can't look like another. */
export function visible(text: string): string {
  return [...text].map((sign) => (hidden.test(sign) ? escape(sign) : sign)).join("");
}

/** What a shell would do something with and we don't: a sentence, or null. */
export function shellNote(argv: readonly string[]): string | null {
  const [first = ""] = argv;
  const name = /^([A-Za-z_]\w*)=/.exec(first)?.[1];
  return name ? `No shell runs this: ${name} is not set, ${first} is taken for the program.` : null;
}

/** Whether a command that was written by the engine is these words. */
export function isCommand(written: string | null, argv: readonly string[]): boolean {
  const words = written === null ? null : parseCommand(written).argv;
  return words?.length === argv.length && words.every((word, at) => word === argv[at]);
}
