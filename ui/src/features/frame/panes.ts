// F6: focus goes round the panes of the window.

/** The panes in reading order: the parts of the frame, and whatever marks itself with `data-pane`. */
function panes(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter(
    (pane) => pane.offsetParent !== null || pane.getClientRects().length > 0,
  );
}

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), [tabindex]:not([tabindex="-1"]), [contenteditable="true"]';

/** Moves focus to the next pane, or the one before. Panes that hold nothing to focus are passed over. */
export function cyclePane(step: 1 | -1): void {
  const all = panes();
  if (!all.length) return;
  const active = document.activeElement;
  const holding = all.filter((pane) => active && pane.contains(active));
  let at = holding.length ? all.indexOf(holding[holding.length - 1] as HTMLElement) : step === 1 ? -1 : 0;
  for (let tries = 0; tries < all.length; tries += 1) {
    at = (at + step + all.length) % all.length;
    const pane = all[at] as HTMLElement;
    const goal =
      pane.querySelector<HTMLElement>("[data-pane-focus]") ?? (pane.matches('[tabindex="0"]') ? pane : null);
    const first = goal ?? pane.querySelector<HTMLElement>(`[aria-current="page"], ${focusable}`);
    if (first) {
      first.focus();
      if (document.activeElement === first) return;
    }
  }
}
