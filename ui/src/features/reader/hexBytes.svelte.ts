// The bytes of a file of any size, fetched in chunks as they come into sight.
import { backend, toFailure, type Failure } from "$lib/ipc";
import { SvelteMap } from "svelte/reactivity";
import { ROW_BYTES } from "./hex";

const CHUNK = 16_384;
const CHUNKS_KEPT = 64;

export class HexBytes {
  failure: Failure | null = $state.raw(null);
  private readonly chunks = new SvelteMap<number, Uint8Array>();
  private first = 0;
  private last = 1;
  private pending = false;

  constructor(
    private readonly document: string,
    readonly size: number,
    private readonly onFailure: (failure: Failure) => void,
  ) {}

  get rows(): number {
    return Math.ceil(this.size / ROW_BYTES);
  }

  /** The bytes of a row, undefined while they are on their way. */
  row(index: number): Uint8Array | undefined {
    const offset = index * ROW_BYTES;
    const chunk = this.chunks.get(Math.floor(offset / CHUNK));
    const within = offset % CHUNK;
    return chunk?.subarray(within, within + ROW_BYTES);
  }

  /** Says which rows are in sight, end-exclusive. */
  see(first: number, last: number): void {
    this.first = first * ROW_BYTES;
    this.last = Math.max(this.first + 1, last * ROW_BYTES);
    void this.fetch();
  }

  retry(): void {
    this.failure = null;
    void this.fetch();
  }

  private async fetch(): Promise<void> {
    while (!this.pending && this.failure === null) {
      const chunk = this.nextChunk();
      if (chunk === null) return;
      this.pending = true;
      const offset = chunk * CHUNK;
      try {
        const length = Math.min(CHUNK, this.size - offset);
        this.chunks.set(chunk, await backend().fileBytes(this.document, String(offset), length));
        this.letGo(chunk);
      } catch (thrown) {
        this.failure = toFailure(thrown);
        this.onFailure(this.failure);
      } finally {
        this.pending = false;
      }
    }
  }

  private nextChunk(): number | null {
    const from = Math.floor(this.first / CHUNK);
    const to = Math.floor((Math.min(this.last, this.size) - 1) / CHUNK);
    for (let chunk = from; chunk <= to; chunk += 1) if (!this.chunks.has(chunk)) return chunk;
    return null;
  }

  private letGo(near: number): void {
    if (this.chunks.size <= CHUNKS_KEPT) return;
    const furthest = [...this.chunks.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const chunk of furthest.slice(0, this.chunks.size - CHUNKS_KEPT)) this.chunks.delete(chunk);
  }
}
