// Opening in the reader what the palette found.
import { askReader, readerSlot, type ReaderRequest } from "$features/frame/reader-slot.svelte";
import { showWorkspace } from "$features/frame/route.svelte";
import { backend, type ProjectCard } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import type { WantedPlace } from "./found";
import { noteRead } from "./recent";

/** Opens a place of a project; `version` is what is read where the place itself names no state. */
export async function openPlace(
  project: ProjectCard,
  place: WantedPlace,
  version: number | null,
  aside = false,
): Promise<void> {
  let commit: string | undefined;
  if (typeof place.state === "string") {
    try {
      commit = (await backend().commit(project.id, place.state)).card.id;
    } catch (thrown) {
      return toastFailure(thrown);
    }
  }
  const { path, spot, name } = place;
  const column = name?.start ?? (spot?.column ? spot.column - 1 : undefined);
  const request: ReaderRequest = {
    version: typeof place.state === "number" ? place.state : version,
    path,
    ...(commit ? { commit } : {}),
    ...(spot ? { line: spot.line } : {}),
    ...(column !== undefined ? { column } : {}),
    ...(name ? { end: name.end } : {}),
    ...(spot?.last ? { lastLine: spot.last } : {}),
  };
  noteRead(project.id, path);
  showWorkspace();
  if (aside && readerSlot.openToSide) readerSlot.openToSide(request);
  else askReader(request);
}
