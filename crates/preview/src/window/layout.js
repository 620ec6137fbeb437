// How large a frame is drawn: as wide as the window, or as a device of a size, scaled down where it has no room.

/** CSS pixels of a device that is held upright. */
const DEVICES = { 390: [390, 844], 820: [820, 1180] };
/** Around a device. */
const MARGIN = 12;
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

/**
 * The size of the frame in its own pixels, and how much it is scaled to stand in `room` ({ width, height }). `zoom` 1 is plain: the pixels of
 * the window, or a device that is seen as a whole.
 */
export function frameSize(room, { size, rotated, zoom }) {
  const device = DEVICES[size];
  if (!device) {
    // Larger letters have less room, as in a browser.
    return { width: Math.max(1, Math.round(room.width / zoom)), height: Math.max(1, Math.round(room.height / zoom)), scale: zoom };
  }
  const [width, height] = rotated ? [device[1], device[0]] : device;
  const fitting = Math.min(1, (room.width - 2 * MARGIN) / width, (room.height - 2 * MARGIN) / height);
  return { width, height, scale: Math.max(0.1, fitting) * zoom };
}

/** The next zoom up (`by` 1) or down (-1). */
export function zoomed(zoom, by) {
  const found = by > 0 ? STEPS.find((step) => step > zoom + 0.001) : STEPS.findLast((step) => step < zoom - 0.001);
  return found ?? zoom;
}

/** "1 h 12 min left", "less than a minute left". */
export function timeLeft(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "less than a minute left";
  return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/** A path of the preview that somebody typed, or why it is none. */
export function typedPath(text, origins) {
  const typed = text.trim();
  const origin = origins.find((each) => typed === each || typed.startsWith(`${each}/`));
  const path = origin ? typed.slice(origin.length) || "/" : typed;
  if (/^[a-z][a-z\d+.-]*:/i.test(path) || path.startsWith("//") || path.startsWith("\\")) {
    return { why: "This window shows the preview alone. Give a path, as /about.html." };
  }
  return { path: path.startsWith("/") ? path : `/${path}` };
}
