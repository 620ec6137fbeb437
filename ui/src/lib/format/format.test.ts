import { describe, expect, it } from "vitest";
import { fingerprintBars, hashGroups } from "./hash";
import { bytes, counted } from "./numbers";
import { duration, exactTime, relativeTime } from "./time";

const now = new Date(2026, 10, 22, 18, 30);
const at = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  new Date(year, month, day, hour, minute).toISOString();

describe("relativeTime", () => {
  it.each([
    [at(2026, 10, 22, 18, 30), "Just now"],
    [at(2026, 10, 22, 18, 18), "12 min ago"],
    [at(2026, 10, 22, 9, 2), "Today 09:02"],
    [at(2026, 10, 21, 17, 20), "Yesterday 17:20"],
    [at(2026, 10, 14, 8, 0), "14 Nov"],
    [at(2025, 9, 2, 8, 0), "2 Oct 2025"],
  ])("says %s as %s", (moment, words) => expect(relativeTime(moment, now)).toBe(words));

  it("says nothing about what is no time", () => {
    expect(relativeTime("", now)).toBe("");
    expect(exactTime("soon")).toBe("");
  });

  it("counts yesterday by the calendar, not by 24 hours", () => {
    const early = new Date(2026, 10, 22, 0, 30);
    expect(relativeTime(at(2026, 10, 21, 23, 0), early)).toBe("Yesterday 23:00");
  });
});

describe("numbers", () => {
  it.each([
    ["1", "1 byte"],
    ["812", "812 bytes"],
    ["999999", "1.0 MB"],
    ["3200000", "3.2 MB"],
    ["412000000", "412 MB"],
    ["18446744073709551615", "18446744 TB"],
  ])("writes %s bytes as %s", (value, words) => expect(bytes(value)).toBe(words));

  it("knows one from many and groups thousands", () => {
    expect(counted(1, "file")).toBe("1 file");
    expect(counted(2340, "entry", "entries")).toBe("2,340 entries");
  });

  it("tells durations in the unit people would use", () => {
    expect(duration(20)).toBe("under 0.1 s");
    expect(duration(420)).toBe("0.4 s");
    expect(duration(12_400)).toBe("12 s");
    expect(duration(125_000)).toBe("2 min 05 s");
  });
});

describe("hashes", () => {
  it("shows two groups of four", () => expect(hashGroups("7c1e9af2deadbeef")).toBe("7c1e 9af2"));

  it("draws the bars of the design's fingerprint", () => {
    expect(fingerprintBars("7c1e9af2")).toEqual([7, 10, 3, 11, 8, 9, 12, 3]);
  });

  it("stays within its box for every digit", () => {
    for (const height of fingerprintBars("0123456789abcdef".slice(0, 8)).concat(
      fingerprintBars("89abcdef"),
    )) {
      expect(height).toBeGreaterThanOrEqual(2);
      expect(height).toBeLessThanOrEqual(12);
    }
  });
});
