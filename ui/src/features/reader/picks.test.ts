import { expect, it } from "vitest";
import { narrowed } from "./picks";

it("what begins with the typed text comes before what holds it", () => {
  const all = ["resync.rs", "sync.rs", "walk.rs", "Syncing.md"].map((text) => ({ item: text, text }));
  const texts = (typed: string) => narrowed(all, typed).map(({ text }) => text);
  expect(texts("sync")).toEqual(["sync.rs", "Syncing.md", "resync.rs"]);
  expect(texts(" ")).toHaveLength(4);
  expect(texts("zzz")).toEqual([]);
});
