import { describe, expect, it } from "vitest";
import { provideBackend, type IBackend } from "$lib/ipc";
import { SpanSource } from "./spanSource";

describe("the spans of a document", () => {
  it("reach the one who asks while they are under way: they may have been asked for before the editor was there", async () => {
    let answer: (spans: []) => void = () => undefined;
    let asked = 0;
    provideBackend({
      fileSpans: () => {
        asked += 1;
        return new Promise((done) => (answer = done));
      },
    } as unknown as IBackend);
    const source = new SpanSource("document", 40);
    const early = source.fetchNext(1, 40);
    const late = source.fetchNext(1, 40);
    answer([]);
    expect(await early).toBe(0);
    expect(await late).toBe(0);
    expect(asked).toBe(1);
    expect(await source.fetchNext(1, 40)).toBeNull();
  });

  it("that came early are asked for again, and those that look otherwise are named", async () => {
    const early = { line: 0, start: 0, end: 0, kind: 0 };
    const span = (kind: number) => ({ line: 1, start: 0, end: 2, kind });
    let whole = false;
    provideBackend({
      fileSpans: async (_: string, first: number) => {
        if (first === 1) return whole ? [span(2)] : [early, span(1)];
        return whole ? [span(1)] : [early, span(1)];
      },
    } as unknown as IBackend);
    const source = new SpanSource("document", 200);
    await source.fetchNext(1, 40);
    await source.fetchNext(130, 140);
    whole = true;
    expect(await source.settle()).toEqual([0]);
    expect(source.held.get(0)).toEqual([span(2)]);
    expect(await source.settle()).toEqual([]);
  });
});
