// What the reader tells the frame (status bar, palette), without either importing the other's components.

export interface ReaderPosition {
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** "Rust", "Plain text"… */
  language: string;
  /** "UTF-8" or "" for binaries. */
  encoding: string;
  /** "LF", "CRLF"… or "". */
  lineEnds: string;
}

interface ReaderSlot {
  /** Set while a text document is in front, else null. */
  position: ReaderPosition | null;
  /** Goes to a 1-based line of the document in front; null when there is none. Used by the palette's `:line`. */
  goToLine: ((line: number) => void) | null;
}

/** Written by the reader, read by the frame. */
export const readerSlot: ReaderSlot = $state({ position: null, goToLine: null });
