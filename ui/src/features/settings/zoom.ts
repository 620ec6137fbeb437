// The steps of the whole window's zoom.
import { changeSettings, settings } from "./settings.svelte";

export const zoomSteps = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

/** The step after or before the given zoom, which need not be one of the steps. */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  const steps = direction === 1 ? zoomSteps : [...zoomSteps].reverse();
  return steps.find((step) => (direction === 1 ? step > zoom + 0.001 : step < zoom - 0.001)) ?? zoom;
}

export function zoomBy(direction: 1 | -1): Promise<void> {
  return changeSettings({ zoom: nextZoom(settings.current.zoom, direction) });
}
