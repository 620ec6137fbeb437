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
});
