// Signatures with the colours of the lines that they are from.
import type { CodeLine } from "$lib/ipc";
import { pieces, type Piece } from "$lib/syntax";

/** Cuts a signature at the colours of its lines. Together the pieces are the signature, character by character, also where it is not in the lines. */
export function signaturePieces(signature: string, lines: readonly CodeLine[] | null): Piece[] {
  const plain = [{ text: signature, className: "" }];
  if (lines === null || lines.length === 0) return plain;
  const whole = lines.map(({ text }) => text).join("\n");
  const wanted = signature.replaceAll("\r\n", "\n");
  const begins = whole.indexOf(wanted);
  if (begins < 0 || wanted === "") return plain;

  // The line that it begins in, and where in it.
  let at = 0;
  let from = begins;
  while (from > (lines[at]?.text.length ?? 0)) {
    from -= (lines[at]?.text.length ?? 0) + 1;
    at += 1;
  }
  const cut: Piece[] = [];
  signature.split(/(\r?\n)/).forEach((part, index) => {
    if (index % 2 === 1) {
      cut.push({ text: part, className: "" });
      at += 1;
      from = 0;
      return;
    }
    const spans = (lines[at]?.spans ?? []).map(([start, end, kind]) => ({
      line: 1,
      start: Math.max(0, start - from),
      end: end - from,
      kind,
    }));
    cut.push(...pieces(part, spans));
  });
  return cut;
}
