import { describe, expect, it } from "vitest";
import { sampleOverview } from "../../../dev/overview";
import { neighbourTile, squarify, tilesOf, type Box } from "./treemap";
import { weeksOf } from "./weeks";

const area = ({ width, height }: Box) => width * height;
const overlap = (a: Box, b: Box) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

describe("squarified boxes", () => {
  it("are as large as their values, fill the room and lie beside each other", () => {
    // Any numbers do; these come from a small generator, so that a failure can be seen again.
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 60; round += 1) {
      const values = Array.from({ length: 1 + Math.floor(random() * 40) }, () =>
        Math.ceil(random() ** 4 * 10_000),
      ).sort((a, b) => b - a);
      const room = { x: 5, y: 9, width: 50 + random() * 900, height: 40 + random() * 400 };
      const total = values.reduce((sum, value) => sum + value, 0);
      const boxes = squarify(values, room);
      boxes.forEach((box, at) => {
        expect(area(box)).toBeCloseTo(((values[at] ?? 0) / total) * area(room), 3);
        expect(box.x).toBeGreaterThanOrEqual(room.x - 1e-6);
        expect(box.y + box.height).toBeLessThanOrEqual(room.y + room.height + 1e-6);
        expect(box.x + box.width).toBeLessThanOrEqual(room.x + room.width + 1e-6);
        for (const other of boxes.slice(at + 1)) expect(overlap(box, other)).toBeLessThan(1e-3);
      });
    }
  });

  it("lay out the example of the paper", () => {
    const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
    expect(boxes.slice(0, 2)).toEqual([
      { x: 0, y: 0, width: 3, height: 2 },
      { x: 0, y: 2, width: 3, height: 2 },
    ]);
  });

  it("give nothing no room", () => {
    expect(squarify([4, 0, 0], { x: 0, y: 0, width: 10, height: 10 }).map(area)).toEqual([100, 0, 0]);
    expect(squarify([0], { x: 0, y: 0, width: 10, height: 10 }).map(area)).toEqual([0]);
    expect(squarify([3, 2], { x: 0, y: 0, width: 0, height: 10 }).map(area)).toEqual([0, 0]);
  });
});

describe("the map of areas", () => {
  const tiles = tilesOf(sampleOverview().directories, 680, 272);
  const tile = (path: string) => tiles.find((one) => one.path === path);

  it("puts directories within their parents, below the name", () => {
    const [outer, inner] = [tile("crates"), tile("crates/core")];
    expect(outer?.parent).toBe(true);
    expect(overlap(outer as Box, inner as Box)).toBeCloseTo(area(inner as Box), 3);
    expect(inner?.y).toBeGreaterThan((outer?.y ?? 0) + 10);
    expect(tile("docs/manual")).toBeUndefined();
  });

  it("finds the parents of directories whose names are not UTF-8", () => {
    const part = (path: string, bytes: string) => ({ path, files: 1, bytes, language: null });
    const [outer, inner, other] = ["\0ff", "\0ff2f61", "\0ff2f62"];
    const found = tilesOf([part(outer, "1000"), part(inner, "600"), part(other, "400")], 600, 200);
    expect(found.map(({ path, parent }) => [path, parent])).toEqual([
      [outer, true],
      [inner, false],
      [other, false],
    ]);
  });

  it("leaves out what could not be seen", () => {
    const directories = [
      { path: "all", files: 9, bytes: "1000000", language: null },
      { path: "speck", files: 1, bytes: "12", language: null },
    ];
    expect(tilesOf(directories, 600, 200).map(({ path }) => path)).toEqual(["all"]);
    expect(tilesOf([], 600, 200)).toEqual([]);
  });

  it("is walked through with the arrows, and every area can be reached", () => {
    const seen = new Set([0]);
    for (const at of seen)
      for (const key of ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"])
        seen.add(neighbourTile(tiles, at, key));
    expect(seen.size).toBe(tiles.length);
    expect(neighbourTile(tiles, 0, "x")).toBe(0);
  });
});

describe("weeks", () => {
  it("are named after the day they begin, and months where they begin", () => {
    const weeks = weeksOf(
      Array.from({ length: 52 }, (_, at) => at),
      new Date(2026, 10, 22, 12),
    );
    expect(weeks.at(-1)).toMatchObject({ commits: 51, part: 1, name: "week of 16 Nov" });
    expect(weeks.flatMap(({ month }) => month ?? [])).toHaveLength(12);
    expect(weeksOf([0, 0], new Date()).map(({ part }) => part)).toEqual([0, 0]);
  });
});
