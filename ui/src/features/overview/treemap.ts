// A map of areas: rectangles whose size is that of the directories, after Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).
import { parentOf } from "$features/files/paths";
import type { DirectoryPart } from "$lib/ipc";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes for values that are given from the largest down, filling `box`; values of 0 get none (width and height 0). */
export function squarify(values: readonly number[], box: Box): Box[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const boxes: Box[] = [];
  let rest = box;
  let left = total;
  let at = 0;
  while (at < values.length) {
    const first = values[at] ?? 0;
    if (first <= 0 || left <= 0 || rest.width <= 0 || rest.height <= 0) {
      boxes.push({ x: rest.x, y: rest.y, width: 0, height: 0 });
      at += 1;
      continue;
    }
    const side = Math.min(rest.width, rest.height);
    const scale = (rest.width * rest.height) / left;
    let taken = 1;
    let sum = first;
    while (at + taken < values.length) {
      const next = values[at + taken] ?? 0;
      if (next <= 0) break;
      const before = worst(first, values[at + taken - 1] ?? first, sum, side, scale);
      if (worst(first, next, sum + next, side, scale) > before) break;
      sum += next;
      taken += 1;
    }
    const depth = (sum * scale) / side;
    let along = 0;
    for (let place = at; place < at + taken; place += 1) {
      const length = ((values[place] ?? 0) / sum) * side;
      boxes.push(
        rest.width >= rest.height
          ? { x: rest.x, y: rest.y + along, width: depth, height: length }
          : { x: rest.x + along, y: rest.y, width: length, height: depth },
      );
      along += length;
    }
    rest =
      rest.width >= rest.height
        ? { ...rest, x: rest.x + depth, width: Math.max(0, rest.width - depth) }
        : { ...rest, y: rest.y + depth, height: Math.max(0, rest.height - depth) };
    left -= sum;
    at += taken;
  }
  return boxes;
}

/** How far from a square the worst box of a strip is. */
function worst(largest: number, smallest: number, sum: number, side: number, scale: number): number {
  const strip = sum * scale;
  return Math.max(
    (side * side * largest * scale) / (strip * strip),
    (strip * strip) / (side * side * smallest * scale),
  );
}

/** An area of the map. */
export interface Tile extends Box {
  /** The directory; `""` for the files at the top. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly language: string | null;
  /** Holds other tiles, below a line with its name. */
  readonly parent: boolean;
}

const NAME = 18;
const EDGE = 3;
/** Directories below this part of the whole are put together: nothing could be seen of them. */
const LEAST = 0.004;

/** The tiles of a project's directories, parents before what they hold. What is too small to be seen is left out. */
export function tilesOf(directories: readonly DirectoryPart[], width: number, height: number): Tile[] {
  const size = (part: DirectoryPart) => Number(part.bytes);
  const bySize = (a: DirectoryPart, b: DirectoryPart) => size(b) - size(a) || (a.path < b.path ? -1 : 1);
  const tops = directories.filter(({ path }) => path === "" || parentOf(path) === "").sort(bySize);
  const total = tops.reduce((sum, part) => sum + size(part), 0);
  const seen = tops.filter((part) => size(part) > total * LEAST);
  const tiles: Tile[] = [];
  const boxes = squarify(seen.map(size), { x: 0, y: 0, width, height });
  const add = (part: DirectoryPart, box: Box, parent: boolean) =>
    tiles.push({
      ...box,
      path: part.path,
      files: part.files,
      bytes: size(part),
      language: part.language,
      parent,
    });
  seen.forEach((part, at) => {
    const box = boxes[at];
    if (!box) return;
    const inside = directories
      .filter(({ path }) => part.path !== "" && parentOf(path) === part.path)
      .filter((child) => size(child) > total * LEAST)
      .sort(bySize);
    const roomy = box.width > 90 && box.height > 64 && inside.length > 1;
    add(part, box, roomy);
    if (!roomy) return;
    const room = {
      x: box.x + EDGE,
      y: box.y + NAME,
      width: box.width - 2 * EDGE,
      height: box.height - NAME - EDGE,
    };
    // Files that lie in the directory itself keep their share, unnamed.
    const own = Math.max(0, size(part) - inside.reduce((sum, child) => sum + size(child), 0));
    const sizes = inside.map(size);
    const place = sizes.filter((one) => one >= own).length;
    const laid = squarify([...sizes.slice(0, place), own, ...sizes.slice(place)], room);
    laid.splice(place, 1);
    inside.forEach((child, index) => laid[index] && add(child, laid[index], false));
  });
  return tiles;
}

/** The tile that an arrow key leads to: the nearest one whose middle lies that way. The same one when there is none. */
export function neighbourTile(tiles: readonly Tile[], from: number, key: string): number {
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  const start = tiles[from];
  if (!way || !start) return from;
  const middle = (tile: Tile) => [
    tile.x + tile.width / 2,
    // A tile that holds others is reached by its name.
    tile.parent ? tile.y + NAME / 2 : tile.y + tile.height / 2,
  ];
  const [x = 0, y = 0] = middle(start);
  const [right = 0, down = 0] = way;
  let best = from;
  let least = Infinity;
  tiles.forEach((tile, index) => {
    const [otherX = 0, otherY = 0] = middle(tile);
    const ahead = (otherX - x) * right + (otherY - y) * down;
    const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
    if (index === from || ahead < 1) return;
    const distance = ahead + 2 * aside;
    if (distance < least) {
      least = distance;
      best = index;
    }
  });
  return best;
}
