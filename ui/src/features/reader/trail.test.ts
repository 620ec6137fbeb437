import { expect, it } from "vitest";
import { Trail } from "./trail";

const at = (path: string, line: number) => ({ path, line, column: 0 });

it("going back returns to the places visited, and forward again", () => {
  const trail = new Trail();
  for (const place of [at("a", 1), at("a", 200), at("b", 5)]) trail.visit(place);
  expect(trail.back()).toEqual(at("a", 200));
  expect(trail.back()).toEqual(at("a", 1));
  expect(trail.back()).toBeNull();
  expect(trail.forward()).toEqual(at("a", 200));
});

it("a short move within a file is the same visit", () => {
  const trail = new Trail();
  for (const place of [at("a", 1), at("a", 4), at("b", 1)]) trail.visit(place);
  expect(trail.back()).toEqual(at("a", 4));
  expect(trail.canGoBack).toBe(false);
});

it("a line somebody asked for is a visit of its own, however near", () => {
  const trail = new Trail();
  trail.visit(at("a", 15));
  trail.visit(at("a", 6), true);
  trail.visit(at("a", 6), true);
  expect(trail.back()).toEqual(at("a", 15));
  expect(trail.canGoBack).toBe(false);
});

it("a new visit forgets what lay ahead", () => {
  const trail = new Trail();
  for (const place of [at("a", 1), at("b", 1), at("c", 1)]) trail.visit(place);
  trail.back();
  trail.visit(at("d", 1));
  expect(trail.canGoForward).toBe(false);
  expect(trail.back()).toEqual(at("b", 1));
});
