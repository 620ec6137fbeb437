import { describe, expect, it } from "vitest";
import { attention, summed } from "./totals.svelte";

describe("counts of threads", () => {
  it("of a folder are the sum of its files', however deep, and the project's own are its own", () => {
    const counts = summed([
      { path: "", open: 1, unread: 0 },
      { path: "README.md", open: 2, unread: 0 },
      { path: "src/a.rs", open: 3, unread: 1 },
      { path: "src/deep/b.rs", open: 4, unread: 2 },
    ]);
    expect(counts.get("src")).toEqual({ open: 7, unread: 3 });
    expect(counts.get("src/deep")).toEqual({ open: 4, unread: 2 });
    expect(counts.get("README.md")).toEqual({ open: 2, unread: 0 });
    expect(counts.get("")).toEqual({ open: 1, unread: 0 });
    expect(counts.get("src/c.rs")).toBeUndefined();
  });

  it("on the rail are the unread ones, else those that need review, else nothing", () => {
    const totals = { all: 9, open: 8, needs_review: 2, unread: 3 };
    expect(attention(totals)).toEqual({ count: 3, words: "3 unread" });
    expect(attention({ ...totals, unread: 0 })).toEqual({ count: 2, words: "2 need review" });
    expect(attention({ ...totals, unread: 0, needs_review: 1 })?.words).toBe("1 needs review");
    expect(attention({ ...totals, unread: 0, needs_review: 0 })).toBeNull();
    expect(attention(undefined)).toBeNull();
  });
});
