// The parts of a section and how high each is about, before it was ever drawn.
import type { Block, BriefSymbol, SymbolFacts } from "$lib/ipc";

/** Definitions with a line each are drawn so many at once. */
const CHUNK = 40;
/** A section no higher than this, in pixels, is drawn whole or not at all. */
export const WHOLE = 2_400;

export type Part =
  | { kind: "symbol"; symbol: SymbolFacts; height: number }
  | { kind: "brief"; symbols: BriefSymbol[]; height: number }
  | { kind: "block"; block: Exclude<Block, { kind: "symbols" | "brief" }>; height: number };

export function partsOf(blocks: readonly Block[]): Part[] {
  return blocks.flatMap((block): Part[] => {
    if (block.kind === "symbols")
      return block.symbols.map((symbol) => ({ kind: "symbol", symbol, height: symbol.doc ? 210 : 150 }));
    if (block.kind === "brief") return chunks(block.symbols);
    return [{ kind: "block", block, height: height(block) }];
  });
}

function chunks(symbols: readonly BriefSymbol[]): Part[] {
  const all: Part[] = [];
  for (let from = 0; from < symbols.length; from += CHUNK) {
    const some = symbols.slice(from, from + CHUNK);
    const lines = (signature: string) =>
      signature.split("\n").reduce((sum, line) => sum + Math.ceil((line.length + 1) / 60), 0);
    const each = some.map(({ signature, says }) => 9 + 18 * (lines(signature) + Math.ceil(says.length / 70)));
    all.push({ kind: "brief", symbols: some, height: each.reduce((sum, one) => sum + one, 0) });
  }
  return all;
}

function height(block: Block): number {
  if (block.kind === "list")
    return 32 + block.items.length * (block.items.some(({ prose }) => prose) ? 72 : 28);
  if (block.kind === "diagram") return (block.height ?? 0) + 60;
  if (block.kind === "code" || block.kind === "quote")
    return 24 + Math.min(20, block.text.split("\n").length) * 22;
  return block.kind === "prose" ? 72 : 40;
}
