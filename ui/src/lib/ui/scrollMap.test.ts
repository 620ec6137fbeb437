import { describe, expect, it } from "vitest";
import { ScrollMap, TALLEST } from "./scrollMap";

describe("scrolling a list", () => {
  it("maps one to one while the list fits", () => {
    const map = new ScrollMap(1000, 20, 600);
    expect(map.scaled).toBe(false);
    expect(map.toScroll(4321)).toBe(4321);
    expect(map.toReal(4321)).toBe(4321);
  });

  it("never makes an element taller than engines allow", () => {
    const map = new ScrollMap(5_000_000, 20, 600);
    expect(map.shownHeight).toBe(TALLEST);
    expect(map.scaled).toBe(true);
  });

  it("reaches the first and the last row of five million", () => {
    const map = new ScrollMap(5_000_000, 20, 600);
    expect(map.visible(map.toReal(0), 0).first).toBe(0);
    expect(map.visible(map.toReal(TALLEST - 600), 0).last).toBe(5_000_000);
  });

  it("goes there and back without drifting by as much as a row", () => {
    const map = new ScrollMap(134_000_000, 20, 600);
    for (const row of [0, 1, 77, 4_999_999, 66_000_000, 133_999_970]) {
      const top = map.clamp(row * 20);
      expect(Math.abs(map.toReal(map.toScroll(top)) - top)).toBeLessThan(20);
    }
  });

  it("shows the rows that the window touches", () => {
    const map = new ScrollMap(100, 20, 100);
    expect(map.visible(30, 0)).toEqual({ first: 1, last: 7 });
    expect(map.visible(30, 3)).toEqual({ first: 0, last: 10 });
  });

  it("moves only as far as it takes to show a row", () => {
    const map = new ScrollMap(100, 20, 100);
    expect(map.reveal(200, 12)).toBe(200);
    expect(map.reveal(200, 5)).toBe(100);
    expect(map.reveal(200, 20)).toBe(320);
    expect(map.reveal(0, 50, "center")).toBe(960);
    expect(map.reveal(0, 99, "start")).toBe(1900);
  });

  it("settles even before it knows how tall its window is", () => {
    const map = new ScrollMap(100, 20, 0);
    expect(map.reveal(map.reveal(0, 12), 12)).toBe(map.reveal(0, 12));
  });

  it("stays at the top when everything fits", () => {
    const map = new ScrollMap(3, 20, 600);
    expect(map.end).toBe(0);
    expect(map.reveal(0, 2, "center")).toBe(0);
  });
});
