import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeShell, type FakeShell } from "../../../dev/fake";
import { provideBackend, type LogLine, type LogPage } from "$lib/ipc";
import { isTrouble, MOST_LINES, PreviewLog } from "./log.svelte";

const line = (text: string | number, source: LogLine["source"] = "out"): LogLine => ({
  at: "2026-11-23T12:00:00.000Z",
  source,
  text: String(text),
});
const lines = (first: number, count: number) => Array.from({ length: count }, (_, at) => line(first + at));
const page = (first: number, count: number, total = first + count): LogPage => ({
  first,
  lines: lines(first, count),
  total,
});
const texts = (log: PreviewLog) => log.lines.map(({ text }) => Number(text));
let shell: FakeShell;

beforeEach(() => {
  shell = fakeShell();
  provideBackend(shell);
});

/** A log of so many lines, given out in pages. */
function kept(total: number, { size = 1_000, gone = 0 } = {}) {
  const asked = vi.fn((_id: string, first: number) => {
    const from = Math.max(first, gone);
    return Promise.resolve(page(from, Math.max(0, Math.min(size, total - from)), total));
  });
  shell.previewLog = asked;
  return asked;
}

describe("the log", () => {
  it("is read page by page until all of it is there", async () => {
    const asked = kept(2_500);
    const log = new PreviewLog("p");
    await log.load();
    expect(asked.mock.calls.map(([, first]) => first)).toEqual([0, 1_000, 2_000]);
    expect(texts(log)).toEqual(lines(0, 2_500).map(({ text }) => Number(text)));
  });

  it("takes what is said next, once, and fetches what was missed between", async () => {
    kept(10);
    const log = new PreviewLog("p");
    await log.load();
    log.heard(page(8, 4));
    log.heard(page(10, 2));
    await vi.waitFor(() => expect(texts(log)).toHaveLength(12));
    const asked = kept(20);
    log.heard(page(18, 2));
    await vi.waitFor(() => expect(texts(log)).toHaveLength(20));
    expect(asked.mock.calls[0]?.[1]).toBe(12);
    expect(texts(log)).toEqual(lines(0, 20).map(({ text }) => Number(text)));
  });

  it("misses nothing that is printed while it is read for the first time", async () => {
    const answers: ((page: LogPage) => void)[] = [];
    shell.previewLog = () => new Promise((answer) => answers.push(answer));
    const log = new PreviewLog("p");
    const done = log.load();
    log.heard(page(5, 2));
    answers[0]?.(page(0, 5));
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.(page(5, 2));
    await done;
    expect(texts(log)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("holds the last lines only, and knows how many came before them", async () => {
    kept(MOST_LINES + 300, { gone: 300 });
    const log = new PreviewLog("p");
    await log.load();
    expect([log.first, log.lines.length, log.lines[0]?.text]).toEqual([300, MOST_LINES, "300"]);
    log.heard(page(MOST_LINES + 300, 50));
    await vi.waitFor(() => expect(log.first).toBe(350));
    expect([log.lines.length, log.lines.at(-1)?.text]).toEqual([MOST_LINES, String(MOST_LINES + 349)]);
  });

  it("keeps what was read when reading on fails, and says why", async () => {
    shell.previewLog = () => Promise.reject({ code: "STORE", message: "The log is gone.", hint: null });
    const log = new PreviewLog("p");
    await log.load();
    expect(log.failure?.message).toBe("The log is gone.");
    kept(3);
    await log.load();
    expect([log.failure, texts(log)]).toEqual([null, [0, 1, 2]]);
  });

  it("knows a line of trouble by where it was printed and by its words", () => {
    expect(isTrouble(line("listening", "err"))).toBe(true);
    expect(isTrouble(line("Error: Cannot find module 'x'"))).toBe(true);
    expect(isTrouble(line("0 errors"))).toBe(false);
    expect(isTrouble(line('127.0.0.1 - - [23/Nov/2026 07:30:39] "GET / HTTP/1.1" 200 -', "err"))).toBe(false);
    expect(isTrouble(line('INFO:     127.0.0.1:4242 - "GET / HTTP/1.1" 304 Not Modified', "err"))).toBe(
      false,
    );
    expect(isTrouble(line('127.0.0.1 - - [23/Nov/2026 07:30:39] "GET /x HTTP/1.1" 500 -', "err"))).toBe(true);
    expect(isTrouble(line("INFO: Traceback (most recent call last):", "err"))).toBe(true);
    expect(isTrouble(line("failed to answer", "lectern"))).toBe(false);
  });
});
