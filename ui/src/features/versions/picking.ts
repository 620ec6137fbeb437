// Which two states are compared: one version with the one before it, or any two.
import type { Side } from "$lib/ipc";
import type { Point } from "./timelineRows";

export interface Picked {
  /** In the order they were picked; one or two. */
  readonly points: readonly Point[];
  /** The newer side stands left. */
  readonly swapped: boolean;
}

export const nothingPicked: Picked = { points: [], swapped: false };

/** Only this one, compared with the one before it. */
export const pick = (point: Point): Picked => ({ points: [point], swapped: false });

/** This one as well; the one picked longest ago gives way. Picking one of two again lets it go. */
export function pickAlso(picked: Picked, point: Point): Picked {
  const others = picked.points.filter((other) => other !== point);
  if (others.length < picked.points.length) return others.length ? { ...picked, points: others } : picked;
  return { ...picked, points: [...others, point].slice(-2) };
}

export const swap = (picked: Picked): Picked => ({ ...picked, swapped: !picked.swapped });

export interface Sides {
  old: Side;
  new: Side;
}

const age = (point: Point) => (point === "folder" ? Infinity : point);
const sideOf = (point: Point): Side =>
  point === "folder" ? { kind: "working_tree" } : { kind: "version", version: point };

/**
 * The sides to compare. `before` gives the version before a point: null when there is none, undefined while that isn't known.
 * Null when nothing can be compared yet.
 */
export function sidesOf(picked: Picked, before: (point: Point) => number | null | undefined): Sides | null {
  const [first, second] = [...picked.points].sort((a, b) => age(a) - age(b));
  if (first === undefined) return null;
  let old: Side;
  if (second === undefined) {
    const previous = before(first);
    if (previous === undefined) return null;
    old = previous === null ? { kind: "empty" } : sideOf(previous);
  } else old = sideOf(first);
  const sides = { old, new: sideOf(second ?? first) };
  return picked.swapped ? { old: sides.new, new: sides.old } : sides;
}

export function isSide(side: Side | undefined, point: Point): boolean {
  if (side?.kind === "version") return side.version === point;
  return side?.kind === "working_tree" && point === "folder";
}

/** Equal for sides that are equal. */
export const sidesKey = ({ old, new: now }: Sides): string => JSON.stringify([old, now]);
