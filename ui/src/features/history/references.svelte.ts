// The branches and tags of one project, as last read, and which of them a filter leaves.
import { backend, toFailure, type BranchCard, type Failure, type References, type TagCard } from "$lib/ipc";
import { kept } from "./kept";

export type ReferenceRow =
  | { kind: "heading"; text: string; count: number }
  | { kind: "branch"; branch: BranchCard }
  | { kind: "tag"; tag: TagCard };

/** What a row names, and the commit it stands at; null for headings. */
export function referenceOf(row: ReferenceRow | undefined): { name: string; commit: string } | null {
  if (row?.kind === "branch") return { name: row.branch.name, commit: row.branch.commit };
  return row?.kind === "tag" ? { name: row.tag.name, commit: row.tag.commit } : null;
}

/** The rows of those references whose name, summary, author or message holds every word. */
export function referenceRows(references: References, filter: string): ReferenceRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (...texts: (string | null)[]) => {
    const text = texts.join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const fits = (branch: BranchCard) => holds(branch.name, branch.summary, branch.author);
  const local = references.branches.filter((branch) => !branch.remote && fits(branch));
  const remote = references.branches.filter((branch) => branch.remote && fits(branch));
  const tags = references.tags.filter((tag) => holds(tag.name, tag.summary, tag.message));
  const rows: ReferenceRow[] = [];
  const add = (text: string, some: ReferenceRow[]) => {
    if (some.length) rows.push({ kind: "heading", text, count: some.length }, ...some);
  };
  add(
    "Branches",
    local.map((branch) => ({ kind: "branch", branch })),
  );
  add(
    "Remote branches",
    remote.map((branch) => ({ kind: "branch", branch })),
  );
  add(
    "Tags",
    tags.map((tag) => ({ kind: "tag", tag })),
  );
  return rows;
}

/** Equal while every reference stands where it stood. */
const placesOf = (found: References | null) =>
  JSON.stringify([found?.head, found?.branch, found?.branches.map((one) => [one.name, one.commit])]);

export class ReferenceList {
  found: References | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  filter = $state("");
  /** Name of the row that has the tab stop. */
  focused: string | null = $state(null);
  readonly rows: ReferenceRow[] = $derived(this.found ? referenceRows(this.found, this.filter) : []);
  private reading: Promise<boolean> | null = null;

  constructor(readonly projectId: string) {}

  get total(): number {
    return (this.found?.branches.length ?? 0) + (this.found?.tags.length ?? 0);
  }

  /** Reads them; true when something stands elsewhere than before. */
  read(): Promise<boolean> {
    this.reading ??= this.ask().finally(() => (this.reading = null));
    return this.reading;
  }

  private async ask(): Promise<boolean> {
    const before = this.found;
    try {
      const found = await backend().references(this.projectId);
      this.failure = null;
      this.found = found;
      return before !== null && placesOf(before) !== placesOf(found);
    } catch (thrown) {
      this.failure = toFailure(thrown);
      return false;
    }
  }
}

const lists = kept((projectId) => new ReferenceList(projectId));

/** The references of a project; its filter stays while the window is open. */
export const referencesOf = (projectId: string): ReferenceList => lists.of(projectId);

export const resetReferences = (): void => lists.reset();

/** Where a key leads from the row at `index`; headings are passed over. Null for keys that lead nowhere. */
export function stepReference(
  rows: readonly ReferenceRow[],
  index: number,
  key: string,
  page: number,
): number | null {
  const all = rows.flatMap((row, at) => (row.kind === "heading" ? [] : [at]));
  const at = all.indexOf(index);
  const place = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: all.length - 1,
  }[key];
  return place === undefined ? null : (all[Math.min(Math.max(0, place), all.length - 1)] ?? null);
}
