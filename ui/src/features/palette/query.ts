// What was typed into the palette, taken apart.

/** Lines and columns are 1-based; `last` is inclusive. */
export interface Spot {
  line: number;
  column: number | null;
  last: number | null;
}

export type PaletteQuery =
  | { kind: "all"; text: string }
  | { kind: "commands"; text: string }
  | { kind: "symbols"; text: string }
  | { kind: "line"; spot: Spot | null }
  /** A file, perhaps at a line, perhaps in a recorded state: a version's number or a commit's hex digits. */
  | { kind: "file"; text: string; spot: Spot | null; state: number | string | null }
  | { kind: "inFile"; file: string; symbol: string };

const STATE = String.raw`@(?:v(\d+)|([0-9a-f]{7,40}))`;
const LINK = new RegExp(String.raw`^(.+?)#L(\d+)(?:-L?(\d+))?(?:${STATE})?$`);
const WHOLE_LINK = new RegExp(`^(.+?)${STATE}$`);
const PLACE = /^([^:@>].*?):(\d+)?(?::(\d+)?)?$/;

/** Reads `>command`, `@symbol`, `:line`, `file:line`, `file@symbol` and links such as `src/a.rs#L3-L9@v12`. */
export function parseQuery(typed: string): PaletteQuery {
  const text = typed.trim();
  if (text.startsWith(">")) return { kind: "commands", text: text.slice(1).trim() };
  if (text.startsWith("@")) return { kind: "symbols", text: text.slice(1).trim() };
  if (text.startsWith(":")) return { kind: "line", spot: lineOf(text.slice(1)) };
  const link = LINK.exec(text);
  if (link?.[1]) return file(link[1], spotOf(link[2], undefined, link[3]), link[4], link[5]);
  const whole = WHOLE_LINK.exec(text);
  if (whole?.[1]) return file(whole[1], null, whole[2], whole[3]);
  const place = PLACE.exec(text);
  if (place?.[1]) return file(place[1], spotOf(place[2], place[3]));
  const at = text.lastIndexOf("@");
  // A scope of npm (`node_modules/@types/…`) begins a name; a symbol follows the end of one.
  if (at > 0 && text[at - 1] !== "/")
    return { kind: "inFile", file: text.slice(0, at).trim(), symbol: text.slice(at + 1).trim() };
  return { kind: "all", text };
}

function file(text: string, spot: Spot | null, version?: string, commit?: string): PaletteQuery {
  const number = version === undefined ? Number.NaN : Number(version);
  const state = Number.isSafeInteger(number) ? number : (commit ?? null);
  return { kind: "file", text: text.trim(), spot, state };
}

function lineOf(digits: string): Spot | null {
  const found = /^\s*(\d+)(?:\s*[:,]\s*(\d+))?$/.exec(digits);
  return found ? spotOf(found[1], found[2]) : null;
}

function spotOf(line?: string, column?: string, last?: string): Spot | null {
  const number = Number(line ?? 0);
  if (!Number.isSafeInteger(number) || number < 1) return null;
  const end = last === undefined ? null : Math.max(number, Number(last));
  return { line: number, column: column === undefined ? null : Math.max(1, Number(column)), last: end };
}

/** "line 12", "line 12, column 4", "lines 3–9". */
export function spotWords(spot: Spot): string {
  if (spot.last !== null && spot.last > spot.line) return `lines ${spot.line}–${spot.last}`;
  return spot.column === null ? `line ${spot.line}` : `line ${spot.line}, column ${spot.column}`;
}
