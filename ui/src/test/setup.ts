// jsdom lacks what the components ask of a browser.
import { configure } from "@testing-library/svelte";
import { vi } from "vitest";

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 15_000 });

Object.defineProperty(window, "matchMedia", {
  writable: true,
  value: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }),
});
Element.prototype.scrollIntoView = vi.fn();
// The code view measures its lines between frames, in whatever test is open then.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect = () => new DOMRect();

// Modal dialogs: open and closed, without the top layer.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.setAttribute("open", "");
  const first = this.querySelector<HTMLElement>("[autofocus], button, input");
  first?.focus();
};
HTMLDialogElement.prototype.close = function close() {
  this.removeAttribute("open");
};

globalThis.ResizeObserver ??= class {
  constructor(private readonly told: ResizeObserverCallback) {}
  observe() {
    queueMicrotask(() => this.told([], this));
  }
  unobserve() {}
  disconnect() {}
};
