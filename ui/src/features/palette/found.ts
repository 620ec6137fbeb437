// Files, symbols and places as entries of the palette.
import { nameOf, shownPath } from "$features/files/paths";
import type { Definitions, FoundFiles, FoundSymbols, OutlineItem } from "$lib/ipc";
import type { PaletteEntry } from "./entries";
import { fuzzyFit } from "./fuzzy";
import { spotWords, type Spot } from "./query";
import { shortenDirectory, splitPath } from "./shorten";

export interface WantedPlace {
  path: string;
  spot: Spot | null;
  /** Null: as the reader reads now; a number is a version, a string a commit. */
  state?: number | string | null;
  /** 0-based UTF-16: selects the name. */
  name?: { start: number; end: number };
}
export type OpenPlace = (place: WantedPlace) => void | Promise<void>;

interface Openers {
  open: OpenPlace | null;
  aside: OpenPlace | null;
}

/** UTF-16 units that have room in a row, and those of them that a directory always gets. */
const ROOM = 76;
const LEAST_ROOM = 24;
const PLACE_ROOM = 40;

const roomBeside = (name: number): number => Math.max(LEAST_ROOM, ROOM - name);

const lineSpot = (line: number): Spot => ({ line, column: null, last: null });

function opening(openers: Openers, place: WantedPlace): Pick<PaletteEntry, "run" | "runAside"> {
  const { open, aside } = openers;
  return {
    run: () => open?.(place),
    ...(aside ? { runAside: () => void aside(place) } : {}),
  };
}

/** Paths that are not UTF-8 are shown without marks: what was matched is not what is drawn. */
export function fileEntries(
  found: FoundFiles | null | undefined,
  openers: Openers,
  spot: Spot | null,
): PaletteEntry[] {
  return (found?.files ?? []).map((file) => {
    const raw = file.path.startsWith("\0");
    const { name, dir } = splitPath(
      raw ? shownPath(file.path) : file.path,
      raw ? [] : file.at,
      roomBeside(nameOf(file.path).length),
    );
    return {
      id: `file-${file.path}`,
      title: name.text,
      detail: spot ? `${dir.text}${dir.text ? ", " : ""}${spotWords(spot)}` : dir.text,
      icon: file.recent ? "clock" : "file",
      at: name.at,
      detailAt: dir.at,
      ...opening(openers, { path: file.path, spot }),
    };
  });
}

export function symbolEntries(found: FoundSymbols | null | undefined, openers: Openers): PaletteEntry[] {
  return (found?.symbols ?? []).map((symbol) => {
    const path = shortenDirectory(
      shownPath(symbol.path),
      [],
      roomBeside(symbol.name.length + (symbol.container?.length ?? 0) + 8),
    ).text;
    return {
      id: `symbol-${symbol.path}:${symbol.line}:${symbol.column}:${symbol.name}`,
      title: symbol.name,
      detail: `${symbol.container ? `${symbol.container} · ` : ""}${path}:${symbol.line}`,
      icon: "dot",
      kind: symbol.kind,
      at: symbol.at,
      ...opening(openers, {
        path: symbol.path,
        spot: lineSpot(symbol.line),
        name: { start: symbol.column, end: symbol.column + symbol.name.length },
      }),
    };
  });
}

export function outlineEntries(
  outline: { path: string; items: readonly OutlineItem[] } | null | undefined,
  text: string,
  openers: Openers,
): PaletteEntry[] {
  if (!outline) return [];
  return outline.items
    .map((item) => ({ item, fit: fuzzyFit(item.name, text) }))
    .filter(({ fit }) => fit !== null)
    .sort((a, b) => (text ? (b.fit?.score ?? 0) - (a.fit?.score ?? 0) : 0))
    .slice(0, 100)
    .map(({ item, fit }, index) => ({
      id: `outline-${index}-${item.line}`,
      title: item.name,
      detail: `line ${item.line}`,
      icon: "dot",
      kind: item.kind,
      at: fit?.at ?? [],
      ...opening(openers, { path: outline.path, spot: lineSpot(item.line) }),
    }));
}

/** Places where a name is defined; `text` narrows them by their path or what they are written in. */
export function placeEntries(found: Definitions, text: string, openers: Openers): PaletteEntry[] {
  const wanted = text.toLowerCase();
  return found.places
    .filter((place) => `${shownPath(place.path)} ${place.container ?? ""}`.toLowerCase().includes(wanted))
    .slice(0, 100)
    .map((place) => ({
      id: `place-${place.path}:${place.line}:${place.column}`,
      title: `${shortenDirectory(shownPath(place.path), [], PLACE_ROOM).text}:${place.line}`,
      detail: place.text,
      code: true,
      icon: "dot",
      kind: place.kind,
      at: [],
      ...opening(openers, {
        path: place.path,
        spot: lineSpot(place.line),
        name: { start: place.column, end: place.end_column },
      }),
    }));
}
