// Sizes of elements, told when they are known.
import type { Attachment } from "svelte/attachments";

/** Tells each time the element was laid out in another size. Asking for the size instead would make the engine lay out at once. */
export function laidOut<E extends HTMLElement>(told: (element: E) => void): Attachment<E> {
  return (element) => {
    const observer = new ResizeObserver(() => told(element));
    observer.observe(element);
    return () => observer.disconnect();
  };
}
