// Tells measurements and tests when the first real screen stands.

import { fetchReadingScreen } from "./reading-screen";

let marked = false;

/** Call when a real screen was put into the document; acts once it has been painted. */
export function markReady(): void {
  if (marked) return;
  marked = true;
  const done = () => {
    if (document.documentElement.dataset.ready) return;
    performance.mark("lectern-first-paint");
    document.documentElement.dataset.ready = "true";
    fetchReadingScreen();
  };
  requestAnimationFrame(() => requestAnimationFrame(done));
  // A window that isn't shown yet gets no animation frames.
  setTimeout(done, 250);
}
