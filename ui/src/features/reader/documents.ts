// Opening a file: everything its first screen needs, fetched before the old content gives way.
import { Text } from "@codemirror/state";
import { backend, type Failure, type OpenedFile } from "$lib/ipc";
import { imageSource } from "./blobs";
import type { FileState } from "./fileKey";
import type { Folded } from "./code/folding";
import { SpanSource } from "./code/spanSource";
import { PagedText } from "./pagedText.svelte";
import type { ShownAs } from "./tabs";

/** What a file is shown with. */
export type Content =
  | { kind: "text"; text: Text; spans: SpanSource | null }
  | { kind: "markdown"; html: string }
  | { kind: "paged"; text: PagedText }
  | { kind: "image" | "binary" | "empty" }
  | { kind: "symlink"; target: string };

/** `path` is what names the file, with the version when it is not the folder's (fileKey.ts). */
export type Shown =
  | { path: string; opened: OpenedFile; content: Content; failure: null }
  | { path: string; opened: null; content: null; failure: Failure };

/** How long colours may hold back the first screen of a text. */
const COLOURS_PATIENCE_MS = 60;
/** How long a large text may hold back its view. */
const PAGE_PATIENCE_MS = 100;
const KEPT_DOCUMENTS = 12;
const KEPT_CHARACTERS = 24_000_000;

/** What was folded in documents that were left, by document; the last of them. */
const foldsKept = new Map<string, readonly Folded[]>();
const KEPT_FOLDS = 60;

export function keepFolds(document: string, folded: readonly Folded[]): void {
  foldsKept.delete(document);
  foldsKept.set(document, folded);
  const [oldest] = foldsKept.keys();
  if (foldsKept.size > KEPT_FOLDS && oldest !== undefined) foldsKept.delete(oldest);
}

/** Null for a document that is seen for the first time. */
export function keptFolds(document: string): readonly Folded[] | null {
  return foldsKept.get(document) ?? null;
}

const kept = new Map<string, { content: Content; characters: number }>();

/** Opens a file as the folder, a version or a commit has it. */
export function openAt(projectId: string, path: string, state: FileState): Promise<OpenedFile> {
  return typeof state === "string"
    ? backend().openCommitFile(projectId, path, state)
    : backend().openFile(projectId, path, state);
}

/** Whether a file can be read as a page or a picture as well as source. */
export function hasTwoViews(opened: OpenedFile): boolean {
  return isMarkdown(opened) || isSvg(opened);
}

export function isMarkdown(opened: OpenedFile): boolean {
  return opened.view === "text" && opened.language === "Markdown";
}

function isSvg(opened: OpenedFile): boolean {
  return opened.view === "image" && /\.svg$/i.test(opened.name);
}

/** Fetches what a file is shown with; `line` is where its first screen begins. */
export async function loadContent(opened: OpenedFile, shownAs: ShownAs, line: number): Promise<Content> {
  if (opened.view === "symlink")
    return { kind: "symlink", target: await backend().fileText(opened.document) };
  if (opened.size === "0") return { kind: "empty" };
  const source = shownAs === "source";
  if (opened.view === "image" && !(source && isSvg(opened))) return { kind: "image" };
  if (opened.view === "paged") return { kind: "paged", text: await loadPages(opened, line) };
  if (opened.view === "binary") return { kind: "binary" };
  const key = `${opened.document}${isMarkdown(opened) && !source ? " rendered" : ""}`;
  const held = kept.get(key);
  if (held) {
    kept.delete(key);
    kept.set(key, held);
    return held.content;
  }
  const content = isMarkdown(opened) && !source ? await loadPage(opened) : await loadText(opened, line);
  keep(key, content);
  return content;
}

/** The pages of a large text; the one of its first screen is there unless that takes noticeably long. */
async function loadPages(opened: OpenedFile, line: number): Promise<PagedText> {
  const text = new PagedText(opened.document, opened.lines);
  const screen = text.see(line - 1, line + 60);
  await Promise.race([screen, new Promise((done) => setTimeout(done, PAGE_PATIENCE_MS))]);
  return text;
}

async function loadPage(opened: OpenedFile): Promise<Content> {
  const { html } = await backend().renderMarkdown(opened.document);
  return { kind: "markdown", html };
}

async function loadText(opened: OpenedFile, line: number): Promise<Content> {
  if (opened.view === "image") return { kind: "text", text: textOf(await imageSource(opened)), spans: null };
  const spans = opened.highlighted ? new SpanSource(opened.document, Math.max(1, opened.lines)) : null;
  const colours = spans?.fetchNext(line, Math.min(line + 60, Math.max(1, opened.lines)));
  const text = textOf(await backend().fileText(opened.document));
  if (colours) await Promise.race([colours, new Promise((done) => setTimeout(done, COLOURS_PATIENCE_MS))]);
  return { kind: "text", text, spans };
}

function textOf(source: string): Text {
  return Text.of(source.split(/\r\n?|\n/));
}

function keep(key: string, content: Content): void {
  const characters =
    content.kind === "text" ? content.text.length : content.kind === "markdown" ? content.html.length : 0;
  kept.set(key, { content, characters });
  let total = 0;
  for (const held of kept.values()) total += held.characters;
  for (const [oldest, held] of kept) {
    if (kept.size <= KEPT_DOCUMENTS && total <= KEPT_CHARACTERS) break;
    if (oldest === key) break;
    kept.delete(oldest);
    total -= held.characters;
  }
}

/** Forgets every document, as when the window is locked or another project is opened. */
export function forgetDocuments(): void {
  kept.clear();
  foldsKept.clear();
}
