// Which model or endpoint is asked where nothing else is named.
import { models } from "$features/jobs/models.svelte";
import { backend } from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";

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
