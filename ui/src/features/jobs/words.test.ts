import { describe, expect, it } from "vitest";
import { aiJob, samplePage } from "../../../dev/jobPages";
import { rawWords, sectionStates, slotsOf } from "./page/citing";
import { leftWords, progressWords, rowWords, sectionWords, shortPlace, stateOf, whereWords } from "./words";

const citation = (path: string) => ({ id: 1, path, line_start: 41, line_end: 58, object: "", version: 42 });

describe("jobs in words", () => {
  it("says how far a running one is, how fast and how long yet", () => {
    const { progress } = aiJob("j");
    const job = aiJob("j", {
      status: "RUNNING",
      progress: {
        ...progress,
        phase: "WRITING",
        section_number: 2,
        sections: 4,
        done: 3,
        total: 6,
        tokens_per_second: 31.4,
        seconds_left: 38,
      },
    });
    expect(progressWords(job)).toBe("Section 2 of 4, 31 tokens/s, about 40 s left");
    expect(rowWords(job)).toBe("Section 2 of 4");
    expect(sectionWords({ ...job.progress, phase: "GATHERING", done: 12, total: 980 })).toBe(
      "12 of 980 files",
    );
    expect(leftWords(200)).toBe("about 3 min left");
  });

  it("says of one that ended what came of it", () => {
    expect(rowWords(aiJob("j", { version: 41, citations: 11 }))).toBe("v41, 11 citations");
    expect(rowWords(aiJob("j", { model: null }))).toBe("v42, facts only");
    expect(stateOf(aiJob("j", { uncited: 1 })).tone).toBe("warn");
    const cancelled = { code: "CANCELLED", message: "Cancelled", hint: null };
    const job = aiJob("j", { status: "FAILED", error: cancelled });
    const after = (section_number: number, done = 2) =>
      rowWords({ ...job, progress: { ...job.progress, done, total: 9, section_number, sections: 4 } });
    expect(after(3)).toBe("Cancelled after 2 of 4 sections");
    expect(after(1)).toBe("Cancelled in the first of 4 sections");
    expect(after(1, 0)).toBe("Cancelled before anything was written");
    // Earlier builds did not count sections.
    expect(rowWords({ ...job, progress: { ...job.progress, done: 2, total: 4 } })).toBe(
      "Cancelled before all was written",
    );
    expect(stateOf(job).word).toBe("Cancelled");
  });

  it("says what runs it", () => {
    const { progress } = aiJob("j");
    expect(whereWords(aiJob("j"))).toBe("This computer");
    expect(whereWords(aiJob("j", { progress: { ...progress, computes: "CPU, 2 threads" } }))).toBe(
      "This computer, CPU, 2 threads",
    );
    expect(whereWords(aiJob("j", { endpoint: "http://192.168.1.20:8080/v1" }))).toBe(
      "Endpoint 192.168.1.20:8080",
    );
  });

  it("shortens a place from its folders, never its lines", () => {
    expect(shortPlace(citation("src/sync.rs"))).toBe("src/sync.rs:41-58");
    expect(shortPlace(citation("crates/workspace/src/sync.rs"))).toBe("…/src/sync.rs:41-58");
    expect(shortPlace(citation("a/very_long_name_of_a_file_indeed.rs"))).toBe(
      "…/very_long_name_of_a_file_indeed.rs:41-58",
    );
  });
});

describe("a page that is written", () => {
  it("knows its slots in the order they are read, also those of symbols", () => {
    const section = samplePage().sections[2];
    expect(section && slotsOf(section).map(({ slot }) => slot)).toEqual([
      "reading",
      "symbol:src/sync.rs#plan",
    ]);
  });

  it("has the section of the slot that is written now, else the first that waits", () => {
    const page = samplePage(3);
    const states = ["done", "done", "done", "now", "waiting", "waiting"];
    expect(sectionStates(page, null, true)).toEqual(states);
    expect(sectionStates(page, "limits", true)[5]).toBe("now");
    expect(sectionStates(page, null, false)).toEqual([
      "done",
      "done",
      "done",
      "waiting",
      "waiting",
      "waiting",
    ]);
  });

  it("shows raw text without the marks for the checks", () => {
    expect(rawWords("It walks the files. [1,3]\nIt hashes each. [-]\nThen it")).toBe(
      "It walks the files. It hashes each. Then it",
    );
    expect(rawWords("It walks. [1")).toBe("It walks.");
  });
});
