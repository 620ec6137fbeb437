import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { threadCard } from "../../../dev/threads";
import type { ThreadHere } from "$lib/ipc";
import { carried, linesOf } from "./lines";
import { threadInLink, threadLink } from "./link";
import { linkTo, mentionAt, suggestionBlock, withBlock } from "./suggestion";
import { cameFrom, firstWords, hereWords, lineWords, nameOfThread, placeWords, wasWords } from "./words";

const here = (extra: Partial<ThreadHere["thread"]> = {}, line = 47): ThreadHere => {
  const thread = threadCard("t", "src/sync.rs", line, extra);
  return { thread, state: thread.state, line_start: line, line_end: line };
};

describe("a suggestion", () => {
  it("is fenced so that nothing in its lines ends it", () => {
    expect(suggestionBlock("let a = 1;")).toBe("```suggestion\nlet a = 1;\n```");
    expect(suggestionBlock("a\n````\nb")).toBe("`````suggestion\na\n````\nb\n`````");
  });

  it("stands on lines of its own, with the caret where one changes it", () => {
    const { text, caret } = withBlock("Better:", 7, suggestionBlock("x"));
    expect(text).toBe("Better:\n```suggestion\nx\n```\n");
    expect(text.slice(caret)).toBe("x\n```\n");
    expect(withBlock("a\nb", 2, "B").text).toBe("a\nB\nb");
  });
});

describe("a mention", () => {
  it.each([
    ["see @sy", { kind: "file", query: "sy", from: 4 }],
    ["@", { kind: "file", query: "", from: 0 }],
    ["(#pla", { kind: "symbol", query: "pla", from: 1 }],
    ["mira@harbour", null],
    ["# Title", null],
    ["#", null],
    ["@done ", null],
  ])("in %j is %j", (text, wanted) => {
    expect(mentionAt(text, text.length)).toEqual(wanted);
  });

  it("becomes an ordinary link, whatever the name holds", () => {
    expect(linkTo("src/sync.rs", "src/sync.rs", 41)).toBe("[src/sync.rs](src/sync.rs#L41)");
    expect(linkTo("__init__.py", "a b/(c)/__init__.py")).toBe(
      "[\\_\\_init\\_\\_.py](a%20b/%28c%29/__init__.py)",
    );
  });
});

describe("lines in a newer text", () => {
  const old = Text.of(["a", "b", "c", "d", "e"]);
  it("stay when only what follows changed", () => {
    expect(carried(old, Text.of(["a", "b", "c", "x"]), 1, 3)).toEqual({ first: 1, last: 3 });
  });
  it("go along with what was put in or taken out above", () => {
    expect(carried(old, Text.of(["x", "y", "a", "b", "c", "d", "e"]), 2, 3)).toEqual({ first: 4, last: 5 });
    expect(carried(old, Text.of(["b", "c", "d", "e"]), 4, 5)).toEqual({ first: 3, last: 4 });
  });
  it("are not to be had when they changed themselves", () => {
    expect(carried(old, Text.of(["a", "b", "x", "d", "e"]), 2, 3)).toBeNull();
    expect(carried(old, Text.of([""]), 2, 3)).toBeNull();
  });
  it("never count one line of the new text twice", () => {
    const same = Text.of(["x", "x", "x"]);
    expect(carried(same, Text.of(["x", "x"]), 3, 3)).toBeNull();
  });
  it("can be quoted", () => {
    expect(linesOf(old, 2, 3)).toBe("b\nc");
    expect(linesOf(old, 9, 9)).toBe("");
  });
});

describe("a thread in words", () => {
  it("says where it is", () => {
    expect([lineWords(0, 0), lineWords(47, 47), lineWords(3, 9)]).toEqual([
      "Whole file",
      "Line 47",
      "Lines 3–9",
    ]);
    expect(placeWords({ path: "", line_start: 0, line_end: 0 })).toBe("the project");
    expect(placeWords({ path: "a.rs", line_start: 3, line_end: 9 })).toBe("a.rs:3–9");
    expect(nameOfThread(here({ unread: true }))).toBe("Thread on line 47, exact, unread");
  });

  it("says where it was, in this file or another", () => {
    const origin = { path: "src/sync.rs", line_start: 74, line_end: 74 };
    expect(wasWords(here({ state: "MOVED", origin }))).toBe("was 74");
    expect(wasWords(here({ origin }))).toBe("");
    const other = { path: "src/old.rs", line_start: 3, line_end: 3 };
    expect(wasWords(here({ state: "MOVED", origin: other }))).toBe("");
    expect(cameFrom(here({ state: "MOVED", origin: other }))).toEqual(other);
  });

  it("names the places it may be in", () => {
    const at = (path: string, line: number) => ({
      place: { path, line_start: line, line_end: line },
      score: 50,
      lines: [],
    });
    const review = (...candidates: ReturnType<typeof at>[]) =>
      hereWords(here({ state: "NEEDS_REVIEW", candidates }));
    expect(review(at("src/sync.rs", 88), at("src/sync.rs", 37))).toBe("Line 88 or 37");
    expect(review(at("src/sync.rs", 88), at("src/sync.rs", 37), at("src/sync.rs", 4))).toBe(
      "Line 88 or 2 more",
    );
    expect(review(at("src/sync.rs", 88), at("other.rs", 37))).toBe("2 places");
    expect(review()).toBe("No place yet");
  });

  it("says what lines are gone", () => {
    expect(hereWords(here({ state: "OUTDATED" }))).toBe("was line 47");
    expect(nameOfThread(here({ state: "OUTDATED" }))).toBe("Thread was line 47, outdated");
  });

  it("begins with the words of its first comment, without markup", () => {
    expect(firstWords("See [plan](src/a.rs#L3), **now**:\n```rust\nfn a() {}\n```")).toBe(
      "See plan, now: fn a() {}",
    );
    expect(firstWords("```suggestion\nx\n```")).toBe("Suggestion");
  });
});

it("a link to a thread is told from other links", () => {
  const card = threadCard("0198c0de-0000-7000-8000-0123456789ab", "src/a.rs", 3);
  expect(threadInLink(threadLink(card))).toBe(card.id);
  expect(threadInLink("src/a.rs#thread=0198c0de-0000-7000-8000-0123456789ab")).toBe(
    "0198c0de-0000-7000-8000-0123456789ab",
  );
  expect(threadInLink("src/a.rs#L3")).toBeNull();
});
