// Which parts of a long page are near what is in sight.

/** How far beyond the window parts exist, in pixels. */
const MARGIN = 1_000;

type Heard = (near: boolean, above: boolean) => void;

class Nearness {
  private readonly heard = new WeakMap<Element, Heard>();
  private readonly observer: IntersectionObserver;

  constructor(root: Element) {
    this.observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const above = entry.boundingClientRect.bottom < root.getBoundingClientRect().top;
          this.heard.get(entry.target)?.(entry.isIntersecting, above);
        }
      },
      { root, rootMargin: `${MARGIN}px 0px` },
    );
  }

  watch(element: Element, heard: Heard): () => void {
    this.heard.set(element, heard);
    this.observer.observe(element);
    return () => this.observer.unobserve(element);
  }
}

const known = new WeakMap<Element, Nearness>();

/** Tells when a part of a scrolling page comes near and goes away again; null where nothing can be told. */
export function watchNear(element: Element, heard: Heard): (() => void) | null {
  const root = element.closest("[data-page-scroll]");
  if (!root || typeof IntersectionObserver === "undefined") return null;
  let nearness = known.get(root);
  if (!nearness) known.set(root, (nearness = new Nearness(root)));
  return nearness.watch(element, heard);
}
