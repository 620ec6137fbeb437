// Whether somebody had the time to read what is on screen.
import type { Attachment } from "svelte/attachments";

const LONG_ENOUGH_MS = 1_000;

/** Tells once, when the element was on screen in the window that has the focus for about a second. */
export function seen(told: () => void): Attachment<HTMLElement> {
  return (element) => {
    if (typeof IntersectionObserver !== "function") return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let visible = false;
    const look = () => {
      clearTimeout(timer);
      if (visible && document.hasFocus()) timer = setTimeout(told, LONG_ENOUGH_MS);
    };
    const observer = new IntersectionObserver((entries) => {
      visible = entries.at(-1)?.isIntersecting ?? false;
      look();
    });
    observer.observe(element);
    addEventListener("focus", look);
    addEventListener("blur", look);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      removeEventListener("focus", look);
      removeEventListener("blur", look);
    };
  };
}
