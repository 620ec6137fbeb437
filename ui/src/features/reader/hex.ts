// Bytes as the hex view writes them.

export const ROW_BYTES = 16;

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** How many hex digits the offsets of a file need: eight, more beyond 4 GB. */
export function offsetDigits(size: number): number {
  return Math.max(8, Math.max(0, size - 1).toString(16).length);
}

export function formatOffset(offset: number, width: number): string {
  return offset.toString(16).padStart(width, "0");
}

/** Two groups of eight, padded to full width so that columns line up. */
export function formatHex(bytes: ArrayLike<number>): string {
  let text = "";
  for (let at = 0; at < ROW_BYTES; at += 1) {
    if (at > 0) text += at === ROW_BYTES / 2 ? "  " : " ";
    const byte = bytes[at];
    text += byte === undefined ? "  " : digits[byte];
  }
  return text;
}

/** Printable ASCII as itself, everything else as a dot. */
export function formatAscii(bytes: ArrayLike<number>): string {
  let text = "";
  for (let at = 0; at < bytes.length && at < ROW_BYTES; at += 1) {
    const byte = bytes[at] ?? 0;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
  }
  return text;
}

/** An offset as typed: decimal, or hex with 0x in front or h behind. Null when it is not one, or beyond the file. */
export function parseOffset(typed: string, size: number): number | null {
  const text = typed.trim().toLowerCase().replaceAll(/[\s_]/g, "");
  const hex = /^(?:0x([0-9a-f]+)|([0-9a-f]+)h)$/.exec(text);
  const offset = hex
    ? Number.parseInt(hex[1] ?? hex[2] ?? "", 16)
    : /^\d+$/.test(text)
      ? Number(text)
      : Number.NaN;
  return Number.isSafeInteger(offset) && offset < Math.max(1, size) ? offset : null;
}
