// Threads of a list in words.
import { shownPath } from "$features/files/paths";
import { counted } from "$lib/format/numbers";
import type { ThreadRow } from "$lib/ipc";
import { lineWords, placeWords } from "../words";

/** "Line 80, was 74", "Line 88, 2 possible places", "was line 61". */
export function rowPlace(
  { state, place, origin }: Pick<ThreadRow, "state" | "place" | "origin">,
  candidates: number,
): string {
  const now = lineWords(place.line_start, place.line_end);
  if (place.path === "") return "The project";
  if (state === "OUTDATED") {
    return origin.line_start === 0
      ? "The file is gone"
      : `was ${lineWords(origin.line_start, origin.line_end).toLowerCase()}`;
  }
  if (state === "NEEDS_REVIEW")
    return candidates > 0 ? `${now}, ${counted(candidates, "possible place")}` : now;
  if (origin.path !== place.path) return `${now}, from ${placeWords(origin)}`;
  const same = origin.line_start === place.line_start && origin.line_end === place.line_end;
  if (same || origin.line_start === 0) return now;
  const was =
    origin.line_end > origin.line_start ? `${origin.line_start}–${origin.line_end}` : `${origin.line_start}`;
  return `${now}, was ${was}`;
}

/** The file of a thread as a heading. */
export function fileWords(path: string): string {
  return path === "" ? "About the project" : shownPath(path);
}
