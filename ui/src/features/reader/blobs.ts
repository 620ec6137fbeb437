// Bytes of the project as URLs that an <img> takes, let go when no longer shown.
import { backend, type OpenedFile, type Side } from "$lib/ipc";

const CHUNK = 4 * 1024 * 1024;

const types: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  bmp: "image/bmp",
  ico: "image/x-icon",
  svg: "image/svg+xml",
};

function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
}

/** The whole of an opened file. */
async function allBytes(opened: OpenedFile): Promise<Uint8Array<ArrayBuffer>[]> {
  const size = Number(opened.size);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < size;) {
    const part = await backend().fileBytes(opened.document, String(at), Math.min(CHUNK, size - at));
    if (part.length === 0) break;
    parts.push(part);
    at += part.length;
  }
  return parts;
}

/** An opened image as a URL. */
export async function imageUrl(opened: OpenedFile): Promise<string> {
  return URL.createObjectURL(new Blob(await allBytes(opened), { type: typeOf(opened.name) }));
}

/** Bytes as a URL, of the type that a file name tells. */
export function bytesUrl(part: Uint8Array<ArrayBuffer>, name: string): string {
  return URL.createObjectURL(new Blob([part], { type: typeOf(name) }));
}

/** The source of an image that is text, such as SVG. */
export async function imageSource(opened: OpenedFile): Promise<string> {
  return new Blob(await allBytes(opened)).text();
}

/** An image that a page shows, from the state of the project that the page is of. */
export async function projectImageUrl(projectId: string, path: string, side: Side): Promise<string> {
  return bytesUrl(await backend().projectBytes(projectId, path, side), path);
}
