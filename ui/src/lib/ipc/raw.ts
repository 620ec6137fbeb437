// The commands whose answers are bytes and therefore pass by the generated bindings.
import { invoke } from "@tauri-apps/api/core";
import type { Side } from "./bindings";

/** A run of one highlight class; `line` is 1-based, columns are UTF-16 within the line, `end` exclusive. */
export interface FileSpan {
  line: number;
  start: number;
  end: number;
  /** 1 keyword, 2 string, 3 comment, … 14 link; `spanClassNames` in lib/syntax.ts names them. */
  kind: number;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

async function bytes(command: string, args: Record<string, unknown>): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await invoke<ArrayBuffer | number[]>(command, args);
  return answer instanceof ArrayBuffer ? new Uint8Array(answer) : Uint8Array.from(answer);
}

/** Little-endian quadruples (line, start, end, class) as objects. A trailing partial quadruple is dropped. */
export function decodeSpans(buffer: Uint8Array<ArrayBuffer>): FileSpan[] {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const spans: FileSpan[] = [];
  for (let at = 0; at + 16 <= buffer.byteLength; at += 16) {
    spans.push({
      line: view.getUint32(at, true),
      start: view.getUint32(at + 4, true),
      end: view.getUint32(at + 8, true),
      kind: view.getUint32(at + 12, true),
    });
  }
  return spans;
}

export const raw = {
  /** The whole text of a document, line ends as in the file. */
  fileText: async (document: string): Promise<string> => utf8.decode(await bytes("file_text", { document })),
  /** Bytes of a document; `offset` is a decimal string because files can be larger than 2^53. */
  fileBytes: (document: string, offset: string, length: number): Promise<Uint8Array<ArrayBuffer>> =>
    bytes("file_bytes", { document, offset, length }),
  /** Highlight spans of the lines `firstLine`..=`lastLine`. Rejects with HIGHLIGHT_TIMED_OUT when parsing took too long. */
  fileSpans: async (document: string, firstLine: number, lastLine: number): Promise<FileSpan[]> =>
    decodeSpans(await bytes("file_spans", { document, firstLine, lastLine })),
  /** A file of the project as one state of it has it, for images inside rendered Markdown. */
  projectBytes: (projectId: string, path: string, side: Side): Promise<Uint8Array<ArrayBuffer>> =>
    bytes("project_bytes", { projectId, path, side }),
  /** One side of a file of a comparison, up to 32 MiB. */
  diffBytes: (diff: string, index: number, newSide: boolean): Promise<Uint8Array<ArrayBuffer>> =>
    bytes("diff_bytes", { diff, index, newSide }),
};
