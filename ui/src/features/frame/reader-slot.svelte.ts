// What the reader tells the frame (status bar, palette), without either importing the other's components.

export interface ReaderPosition {
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** UTF-16 units selected. */
  selected: number;
  /** "Rust", "Plain text"… */
  language: string;
  /** "UTF-8" or "" for binaries. */
  encoding: string;
  /** "LF", "CRLF"… or "". */
  lineEnds: string;
}

/** A file or tree that another screen asks the reader for. */
export interface ReaderRequest {
  /** Null is the folder as it is now. */
  version: number | null;
  /** A file as of this commit (hex, whole), which wins over the version. */
  commit?: string;
  /** Null asks for the tree alone. */
  path: string | null;
  /** 1-based. */
  line?: number;
  /** 0-based UTF-16. */
  column?: number;
  /** Selects up to this column. */
  end?: number;
  /** Selects whole lines up to this one. */
  lastLine?: number;
}

/** The name under the caret (or the selected one), and the file it stands in. */
export interface WordAtCaret {
  word: string;
  /** 1-based. */
  line: number;
  /** 0-based UTF-16, where the word begins. */
  column: number;
  path: string;
  /** The version that is read; null for the folder and for a commit. */
  version: number | null;
  /** The commit that is read, if one is. */
  commit: string | null;
  document: string;
}

interface ReaderSlot {
  /** Set while a text document is in front, else null. */
  position: ReaderPosition | null;
  /** Goes to a 1-based line of the document in front; null when there is none. Used by the palette's `:line`. */
  goToLine: ((line: number) => void) | null;
  /** What was asked for and not taken up yet. */
  request: ReaderRequest | null;
  /** The name at the caret of the text in front; null, or gives null, where there is none. */
  wordAtCaret: (() => WordAtCaret | null) | null;
  /**
   * Set by a search through the project while its hits should show at the edge of files: the lines with hits in a file,
   * ascending, at most a few thousand. `state` is null for the folder, a version's number or a commit's id. Reading it may be tracked.
   */
  searchLines: ((path: string, state: number | string | null) => readonly number[]) | null;
  /** Opens a file in the pane beside; null where there is no room for one. */
  openToSide: ((request: ReaderRequest) => void) | null;
  /** Paths of the open files, the one used last first. */
  recent: (() => readonly string[]) | null;
  /** The version that is read; null for the folder and for a commit. */
  version: number | null;
}

/** Written by the reader, read by the frame. */
export const readerSlot: ReaderSlot = $state({
  position: null,
  goToLine: null,
  request: null,
  wordAtCaret: null,
  searchLines: null,
  openToSide: null,
  recent: null,
  version: null,
});

/** Asks the reader of the open project for a file or tree; it takes that up as soon as it is there. */
export function askReader(request: ReaderRequest): void {
  readerSlot.request = request;
}
