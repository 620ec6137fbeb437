import { describe, expect, it } from "vitest";
import { preview } from "../../../dev/previews";
import { clockTime, leftOf, secondLine, sentenceOf, span, stateOf, timeLeft } from "./words";

const now = new Date(2026, 10, 23, 13, 4);
const at = (hours: number, minutes: number, day = 23) =>
  new Date(2026, 10, day, hours, minutes).toISOString();
const minutes = (count: number) => count * 60_000;

describe("the time of a preview", () => {
  it.each([
    [0.5, "less than a minute"],
    [23.9, "23 min"],
    [72, "1 h 12 min"],
    [480, "8 h"],
    [60 * 47 + 59, "47 h 59 min"],
    [60 * 52, "2 days 4 h"],
    [60 * 168, "7 days"],
  ])("%d minutes are %s", (count, words) => expect(span(minutes(count))).toBe(words));

  it("is up when its end has passed, and never negative", () => {
    const over = preview("p", { expires_at: at(13, 3) });
    expect(leftOf(over, now)).toBe(0);
    expect(timeLeft(over, now)).toBe("Time is up");
    expect(timeLeft(preview("p", { expires_at: at(14, 16) }), now)).toBe("1 h 12 min left");
    expect(leftOf(preview("p", { expires_at: "soon" }), now)).toBe(0);
  });

  it("is said by the clock, with the day where it is another one", () => {
    expect(clockTime(at(11, 52), now)).toBe("11:52");
    expect(clockTime(at(23, 5, 22), now)).toBe("22 Nov 23:05");
    expect(clockTime(null, now)).toBe("");
  });
});

describe("a preview in words", () => {
  it("says where it is while it is ready, and how it ended after that", () => {
    expect(secondLine(preview("p", { port: 41741, version: 41 }), now)).toBe("Static, port 41741");
    expect(secondLine(preview("p", { port: 41700, kind: "DEV_SERVER" }), now)).toBe("Port 41700");
    const ended = (reason: "STOPPED" | "TIMED_OUT" | "FAILED" | "CRASHED") =>
      preview("p", { status: "EXPIRED", ended_at: at(11, 52), ended_reason: reason });
    expect(secondLine(ended("STOPPED"), now)).toBe("Stopped 11:52");
    expect(secondLine(ended("TIMED_OUT"), now)).toBe("Ended 11:52");
    expect(secondLine(ended("CRASHED"), now)).toBe("Ended by itself 11:52");
    expect(secondLine(ended("FAILED"), now)).toBe("Did not start, 11:52");
    expect(sentenceOf(ended("FAILED"), now)).toBe("It was over at 11:52, before anything answered.");
  });

  it("calls failed what nobody ended and whose time was not up", () => {
    const words = (reason: "STOPPED" | "TIMED_OUT" | "FAILED" | "CRASHED") =>
      stateOf(preview("p", { status: "EXPIRED", ended_reason: reason })).word;
    expect([words("STOPPED"), words("TIMED_OUT"), words("FAILED"), words("CRASHED")]).toEqual([
      "Expired",
      "Expired",
      "Failed",
      "Failed",
    ]);
    expect(stateOf(preview("p", { status: "PENDING" })).word).toBe("Pending");
  });
});
