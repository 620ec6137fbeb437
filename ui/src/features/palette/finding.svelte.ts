// What the palette asks the shell for while somebody types.
import { backend, type FoundFiles, type FoundSymbols, type OutlineItem, type ProjectCard } from "$lib/ipc";
import type { PaletteMode } from "./ask.svelte";
import { Latest } from "./latest.svelte";
import { parseQuery } from "./query";

const FEW = 8;
const MANY = 100;

type Outline = { path: string; items: readonly OutlineItem[] } | null;

export class PaletteFinding {
  readonly files: Latest<FoundFiles>;
  readonly symbols: Latest<FoundSymbols>;
  readonly outline: Latest<Outline>;

  constructor(project: ProjectCard, recent: string[], version: number | null) {
    this.files = new Latest((key) => {
      const [limit, query] = splitKey(key);
      return backend().findFiles(project.id, query, recent, limit);
    });
    this.symbols = new Latest((key) => {
      const [limit, query] = splitKey(key);
      return backend().findSymbols(project.id, query, limit);
    });
    this.outline = new Latest(async (file) => {
      const found = await backend().findFiles(project.id, file, recent, 1);
      const path = found.files[0]?.path;
      if (path === undefined) return null;
      const opened = await backend().openFile(project.id, path, version);
      return { path, items: await backend().fileOutline(opened.document) };
    });
  }

  /** Asks for what this text needs; anything else is forgotten. */
  ask(typed: string, mode: PaletteMode): void {
    const [files, symbols, outline] = this.keys(typed, mode);
    this.files.ask(files);
    this.symbols.ask(symbols);
    this.outline.ask(outline);
  }

  /** Whether everything this text needs was answered. */
  answered(typed: string, mode: PaletteMode): boolean {
    const [files, symbols, outline] = this.keys(typed, mode);
    return this.files.answered(files) && this.symbols.answered(symbols) && this.outline.answered(outline);
  }

  /** What is asked of each: null for nothing. */
  private keys(typed: string, mode: PaletteMode): [string | null, string | null, string | null] {
    const query = parseQuery(typed);
    const many = mode === "files" ? MANY : FEW;
    const all = query.kind === "all" && mode !== "places";
    const file = query.kind === "file" ? query.text : all ? query.text : null;
    const symbol = query.kind === "symbols" ? query.text : null;
    const some = all && mode === "all" && query.text !== "" ? `${FEW} ${query.text}` : null;
    return [
      file === null ? null : `${query.kind === "file" ? MANY : many} ${file}`,
      symbol === null ? some : `${MANY} ${symbol}`,
      query.kind === "inFile" ? query.file : null,
    ];
  }

  /** Resolves once everything asked for has its answer. */
  async settled(): Promise<void> {
    await Promise.all([this.files.settled(), this.symbols.settled(), this.outline.settled()]);
  }

  close(): void {
    for (const one of [this.files, this.symbols, this.outline]) one.close();
  }
}

function splitKey(key: string): [number, string] {
  const space = key.indexOf(" ");
  return [Number(key.slice(0, space)), key.slice(space + 1)];
}
