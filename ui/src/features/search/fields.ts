// What is typed on the search screen, as the shell wants it asked.
import type { Failure, SearchOptions } from "$lib/ipc";

export interface SearchFields {
  query: string;
  regex: boolean;
  word: boolean;
  case_sensitive: boolean;
  /** Globs between commas; one that begins with `!` leaves files out. */
  files: string;
  /** Null: the working copy. */
  version: number | null;
  context: number;
  /** Only names in code: "find references". */
  names_only: boolean;
  /** Where the name stands whose meaning is looked for. */
  at: NamePlace | null;
}

/** A place of an open document. */
export interface NamePlace {
  document: string;
  /** 1-based. */
  line: number;
  /** 0-based UTF-16. */
  column: number;
}

export const emptyFields: SearchFields = {
  query: "",
  regex: false,
  word: false,
  case_sensitive: false,
  files: "",
  version: null,
  context: 0,
  names_only: false,
  at: null,
};

/** Globs of the "in" field: `src/**, *.rs, !tests/`. Commas within braces belong to a glob. */
export function globsOf(typed: string): { include: string[]; exclude: string[] } {
  const include: string[] = [];
  const exclude: string[] = [];
  for (const part of typed.split(/,(?![^{]*\})/)) {
    const glob = part.trim();
    if (glob.startsWith("!")) {
      if (glob.slice(1).trim()) exclude.push(glob.slice(1).trim());
    } else if (glob) include.push(glob);
  }
  return { include, exclude };
}

export function optionsOf(fields: SearchFields): SearchOptions {
  const { files, at: _, ...rest } = fields;
  return { ...rest, ...globsOf(files) };
}

/** Whether two sets of fields ask the same. */
export function asksSame(a: SearchFields, b: SearchFields): boolean {
  const all = (fields: SearchFields) => JSON.stringify([optionsOf(fields), fields.at]);
  return all(a) === all(b);
}

export interface PatternProblem {
  message: string;
  /** 0-based UTF-16 unit of the query where it goes wrong, if that is known. */
  at: number | null;
}

/** Takes the place out of the message of a pattern's parser, which draws a caret under the pattern. */
export function patternProblem(failure: Failure, query: string): PatternProblem {
  const lines = failure.message.split("\n");
  const under = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  const told = lines.find((line) => /^error: /.test(line))?.slice("error: ".length);
  if (under < 1) return { message: told ?? lines[0] ?? failure.message, at: null };
  const drawn = lines[under - 1] ?? "";
  const begins = drawn.indexOf(query);
  const at = begins < 0 ? -1 : (lines[under]?.indexOf("^") ?? -1) - begins;
  const inside = at >= 0 && at <= query.length;
  const message = told ? told[0]?.toUpperCase() + told.slice(1) : "The pattern can't be read";
  return { message, at: inside ? at : null };
}
