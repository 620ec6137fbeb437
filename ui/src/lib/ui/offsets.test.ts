import { describe, expect, it } from "vitest";
import { Offsets } from "./offsets";

describe("blocks of different heights", () => {
  const offsets = new Offsets([10, 20, 0, 30]);

  it("stand one below the other", () => {
    expect([0, 1, 2, 3, 4].map((index) => offsets.top(index))).toEqual([0, 10, 30, 30, 60]);
    expect(offsets.total).toBe(60);
    expect(offsets.height(1)).toBe(20);
  });

  it("are found by place, the ends beyond them", () => {
    expect([-5, 0, 9, 10, 29, 30, 59, 900].map((place) => offsets.at(place))).toEqual([
      0, 0, 0, 1, 1, 3, 3, 3,
    ]);
    expect(new Offsets([]).at(4)).toBe(-1);
  });

  it("are drawn where the window touches them", () => {
    expect(offsets.visible(12, 10, 0)).toEqual({ first: 1, last: 2 });
    expect(offsets.visible(0, 1000, 50)).toEqual({ first: 0, last: 4 });
    expect(new Offsets([]).visible(0, 100, 0)).toEqual({ first: 0, last: 0 });
  });

  it("are brought into sight with the least movement", () => {
    expect(offsets.reveal(0, 40, 1)).toBe(0);
    expect(offsets.reveal(0, 40, 3)).toBe(20);
    expect(offsets.reveal(30, 20, 0)).toBe(0);
  });
});
