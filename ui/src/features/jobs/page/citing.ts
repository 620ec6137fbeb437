// What the citations of one page stand for, and how they are followed.
import { askReader, readerSlot, type ReaderRequest } from "$features/frame/reader-slot.svelte";
import { showWorkspace } from "$features/frame/route.svelte";
import {
  backend,
  type Citation,
  type CitedCode,
  type CodeLine,
  type Page,
  type Prose,
  type Sentence,
} from "$lib/ipc";
import type { CitedStretches } from "./stretches";
import { toastFailure } from "$lib/ui/toasts.svelte";

export class Citing {
  private readonly byId: ReadonlyMap<number, Citation>;
  private readonly codes = new Map<number, Promise<CitedCode>>();

  constructor(
    readonly jobId: string,
    citations: readonly Citation[],
    private readonly stretches?: CitedStretches,
  ) {
    this.byId = new Map(citations.map((citation) => [citation.id, citation]));
  }

  of(id: number | null | undefined): Citation | undefined {
    return id === null || id === undefined ? undefined : this.byId.get(id);
  }

  /** The lines it stands for; asked for once. */
  code(id: number): Promise<CitedCode> {
    const known = this.codes.get(id);
    if (known) return known;
    const asked = backend().citedCode(this.jobId, id);
    this.codes.set(id, asked);
    asked.catch(() => this.codes.delete(id));
    return asked;
  }

  /** The first lines it stands for, with their colours; null where they can't be had. Asked for with others at once, and once. */
  async lines(id: number): Promise<readonly CodeLine[] | null> {
    const citation = this.byId.get(id);
    return citation && this.stretches ? await this.stretches.of(citation) : null;
  }

  /** Opens the cited lines: of the folder while it still has them, else of the version. */
  async open(id: number, aside: boolean): Promise<void> {
    try {
      const { path, line_start, line_end, version, current } = await backend().citedCode(this.jobId, id);
      const request: ReaderRequest = {
        version: current ? null : version,
        path,
        line: line_start,
        lastLine: line_end,
      };
      showWorkspace();
      if (aside && readerSlot.openToSide) readerSlot.openToSide(request);
      else askReader(request);
    } catch (thrown) {
      toastFailure(thrown);
    }
  }
}

/** The citations of some prose in the order of their first use, without repeats. */
export function citationsOf(prose: Prose | null | undefined): number[] {
  const read = (prose?.sentences ?? []).filter(({ removed }) => !removed);
  return [...new Set(read.flatMap(({ citations }) => citations))];
}

/** No citation supports it, and nobody accepted it all the same. */
export const isUncited = ({ citations, accepted }: Sentence): boolean => citations.length === 0 && !accepted;

/** A sentence as plain words. */
export const sentenceWords = ({ parts }: Sentence): string =>
  parts
    .map(({ text }) => text)
    .join("")
    .trim();

/** Every slot of a section, in the order they are read. */
export function slotsOf(section: Page["sections"][number]): Prose[] {
  return section.blocks.flatMap((block): Prose[] => {
    if (block.kind === "prose") return [block];
    if (block.kind === "symbols") return block.symbols.flatMap(({ prose }) => (prose ? [prose] : []));
    if (block.kind === "list") return block.items.flatMap(({ prose }) => (prose ? [prose] : []));
    return [];
  });
}

export type SectionState = "done" | "now" | "waiting";

/** How far each section is; the first with a waiting slot is written now, unless it is known which slot is. */
export function sectionStates(page: Page, slot: string | null, active: boolean): SectionState[] {
  const slots = page.sections.map(slotsOf);
  const waits = slots.map((list) => list.some(({ state }) => state === "WAITING"));
  const named = slots.findIndex((list) => list.some((prose) => prose.slot === slot));
  const now = !active ? -1 : named >= 0 && waits[named] ? named : waits.indexOf(true);
  return waits.map((waiting, at) => (at === now ? "now" : waiting ? "waiting" : "done"));
}

/** What a model is writing, without the marks that only the checks understand. */
export function rawWords(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/\s*\[[\d,\s-]*\]?\s*$/, "").trim())
    .filter(Boolean)
    .join(" ");
}
