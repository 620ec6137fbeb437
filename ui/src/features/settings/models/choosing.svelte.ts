// Which model or endpoint is asked where nothing else is named, and which gets another name.
import { isUsable, models } from "$features/jobs/models.svelte";
import { backend, type Models } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";

/** A model or an endpoint, as far as both are the same. */
export interface Writer {
  id: string;
  name: string;
}

/** The one whose name is asked for. */
export const renaming: { writer: Writer | null } = $state({ writer: null });

export function rename({ id, name }: Writer): void {
  renaming.writer = { id, name };
}

/** Asks for the name of the one that has the focus. */
export function renameFocused(known: Models | null): void {
  const id = document.activeElement?.closest<HTMLElement>("[data-model]")?.dataset.model;
  const writer = [...(known?.models ?? []), ...(known?.endpoints ?? [])].find((each) => each.id === id);
  if (writer) rename(writer);
}

/** Those that can be chosen, in the order they are shown. */
export function choosable({ models: files, endpoints }: Models): string[] {
  return [...files.filter(isUsable), ...endpoints].map(({ id }) => id);
}

export function chooseWriter(id: string): void {
  if (models.current?.chosen === id) return;
  models.after(backend().chooseModel(id)).catch(toastFailure);
}

/** Arrows move among all models and endpoints, and choose. */
export function moveChoice(event: KeyboardEvent, ids: readonly string[]): void {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || !(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "radio")
    return;
  event.preventDefault();
  const at = ids.indexOf(event.target.dataset.writer ?? "");
  const next = ids[(at + step + ids.length) % ids.length];
  if (next === undefined) return;
  const radios = [...document.querySelectorAll<HTMLElement>("[data-writer]")];
  radios.find(({ dataset }) => dataset.writer === next)?.focus();
  chooseWriter(next);
}
