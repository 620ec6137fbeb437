// What the palette is opened for.
import { closeOverlay, openOverlay, route } from "$features/frame/route.svelte";
import type { Definitions } from "$lib/ipc";

/** Everything, files first and only, symbols, or the places where a name is defined. */
export type PaletteMode = "all" | "files" | "symbols" | "places";

interface PaletteAsk {
  mode: PaletteMode;
  /** What the field begins with. */
  start: string;
  /** With `places`: what was found, where it was asked, and why it was found by name alone. */
  places: { found: Definitions; version: number | null; why: string } | null;
  /** Raised with each opening. */
  count: number;
}

export const paletteAsk: PaletteAsk = $state({ mode: "all", start: "", places: null, count: 0 });

function open(mode: PaletteMode, start: string, places: PaletteAsk["places"] = null): void {
  Object.assign(paletteAsk, { mode, start, places, count: paletteAsk.count + 1 });
  openOverlay("palette");
}

/** Opens the palette in a mode; the key that opened it closes it again. */
export function togglePalette(mode: "all" | "files" | "symbols"): void {
  if (route.overlay === "palette" && paletteAsk.mode === mode) closeOverlay();
  else open(mode, mode === "symbols" ? "@" : "");
}

/** Lists where a name is defined; `why` says why what it means is not known. */
export function showPlaces(found: Definitions, version: number | null, why = ""): void {
  open("places", "", { found, version, why });
}

/** Whether the list of these places is what the palette shows now. */
export function showsPlaces(found: Definitions): boolean {
  return route.overlay === "palette" && paletteAsk.mode === "places" && paletteAsk.places?.found === found;
}

/** Puts what is known by now in place of the list that is shown. */
export function replacePlaces(found: Definitions): void {
  if (paletteAsk.places) paletteAsk.places = { ...paletteAsk.places, found };
}

/** The palette is gone: the next one is for everything. */
export function paletteGone(): void {
  Object.assign(paletteAsk, { mode: "all", start: "", places: null });
}
