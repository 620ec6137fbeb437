// Whoever points at a citation sees its code, and whoever follows it is led there. One listener for a page of any length.

/** How long somebody points before the code is shown, and how long it stays on the way to it. */
const SHOW_MS = 250;
const STAY_MS = 200;

export class Pointing {
  /** The citation that is pointed at, and where. */
  at: { id: number; rect: DOMRect } | null = $state.raw(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly open: (id: number, aside: boolean) => void) {}

  /** Listens on an element for everything in it. */
  readonly follow = (element: HTMLElement): (() => void) => {
    const over = (event: Event) => {
      const cited = citedBy(event);
      if (!cited) return this.leaveSoon();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        if (cited.link.isConnected) this.at = { id: cited.id, rect: cited.link.getBoundingClientRect() };
      }, SHOW_MS);
    };
    const chosen = (event: MouseEvent) => {
      const cited = citedBy(event);
      if (!cited) return;
      event.preventDefault();
      this.leave();
      this.open(cited.id, event.altKey || event.ctrlKey || event.metaKey);
    };
    // Alt+Enter on a link is no click everywhere.
    const pressed = (event: KeyboardEvent) => {
      const cited = citedBy(event);
      if (!cited || event.key !== "Enter" || !event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.leave();
      this.open(cited.id, true);
    };
    const out = () => this.leaveSoon();
    element.addEventListener("pointerover", over);
    element.addEventListener("focusin", over);
    element.addEventListener("pointerleave", out);
    element.addEventListener("focusout", out);
    element.addEventListener("click", chosen);
    element.addEventListener("keydown", pressed);
    return () => {
      this.leave();
      element.removeEventListener("pointerover", over);
      element.removeEventListener("focusin", over);
      element.removeEventListener("pointerleave", out);
      element.removeEventListener("focusout", out);
      element.removeEventListener("click", chosen);
      element.removeEventListener("keydown", pressed);
    };
  };

  stay(): void {
    clearTimeout(this.timer);
  }

  leaveSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.at = null), STAY_MS);
  }

  leave(): void {
    clearTimeout(this.timer);
    this.at = null;
  }
}

function citedBy(event: Event): { id: number; link: Element } | null {
  const link = event.target instanceof Element ? event.target.closest("[data-cite]") : null;
  const id = Number(link?.getAttribute("data-cite"));
  return link && id > 0 ? { id, link } : null;
}
