// What of a proposal is to be done: its parts by how sure they are, check boxes with three states, and what belongs together.
import type { RefactorCertainty, RefactorFile, RefactorGroup, RefactorProposal } from "$lib/ipc";

export type Tri = "true" | "false" | "mixed";

/** What a row of the list stands for: the edits of a file that are equally sure, or one move, new file or removed file. */
export interface Entry {
  /** Unique within the proposal. */
  key: string;
  kind: "file" | "move" | "created" | "removed";
  path: string;
  /** Where it goes, of a move. */
  to: string | null;
  certainty: RefactorCertainty;
  ids: number[];
}

export interface Section {
  certainty: RefactorCertainty;
  entries: Entry[];
  ids: number[];
  /** The reasons given, the most frequent first. */
  reasons: string[];
}

/** The surest first. */
export const order: readonly RefactorCertainty[] = ["CERTAIN", "PROBABLE", "TEXT"];

/** How sure the surest change of a file is. */
export const surest = ({ certain, probable }: RefactorFile): RefactorCertainty =>
  certain > 0 ? "CERTAIN" : probable > 0 ? "PROBABLE" : "TEXT";

/** The parts of a proposal by how sure they are; those without anything are left out. */
export function sections(proposal: RefactorProposal): Section[] {
  return order.flatMap((certainty) => {
    const reasons = new Map<string, number>();
    const said = (reason: string) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const entries: Entry[] = [];
    for (const { id, from, to, certainty: sure, reason } of proposal.moves) {
      if (sure !== certainty) continue;
      said(reason);
      entries.push({ key: `move:${id}`, kind: "move", path: from, to, certainty, ids: [id] });
    }
    for (const kind of ["created", "removed"] as const)
      for (const { id, path, certainty: sure, reason } of proposal[kind]) {
        if (sure !== certainty) continue;
        said(reason);
        entries.push({ key: `${kind}:${id}`, kind, path, to: null, certainty, ids: [id] });
      }
    for (const { path, edits } of proposal.files) {
      const ids: number[] = [];
      for (const edit of edits) {
        if (edit.certainty !== certainty) continue;
        ids.push(edit.id);
        said(edit.reason);
      }
      if (ids.length > 0)
        entries.push({ key: `${certainty}:${path}`, kind: "file", path, to: null, certainty, ids });
    }
    if (entries.length === 0) return [];
    return [
      {
        certainty,
        entries,
        ids: entries.flatMap(({ ids }) => ids),
        reasons: [...reasons].sort((one, other) => other[1] - one[1]).map(([reason]) => reason),
      },
    ];
  });
}

/** Every number of the proposal. */
export function allIds(proposal: RefactorProposal): number[] {
  return [
    ...proposal.files.flatMap(({ edits }) => edits.map(({ id }) => id)),
    ...[...proposal.moves, ...proposal.created, ...proposal.removed].map(({ id }) => id),
  ];
}

/** Whether all, some or none of these are to be done. */
export function tri(ids: readonly number[], excluded: ReadonlySet<number>): Tri {
  const out = ids.reduce((sum, id) => sum + (excluded.has(id) ? 1 : 0), 0);
  return out === 0 ? "true" : out === ids.length ? "false" : "mixed";
}

/** How many of these are to be done. */
export const included = (ids: readonly number[], excluded: ReadonlySet<number>): number =>
  ids.reduce((sum, id) => sum + (excluded.has(id) ? 0 : 1), 0);

/** What is left out once these are taken in, or left out. */
export function withChoice(
  excluded: ReadonlySet<number>,
  ids: readonly number[],
  take: boolean,
): ReadonlySet<number> {
  const next = new Set(excluded);
  for (const id of ids) {
    if (take) next.delete(id);
    else next.add(id);
  }
  return next;
}

/** Changes that make sense only together and of which only some are to be done. */
export const splitGroups = (
  groups: readonly RefactorGroup[],
  excluded: ReadonlySet<number>,
): RefactorGroup[] => groups.filter(({ ids }) => tri(ids, excluded) === "mixed");

/** What a choice comes to: changes taken, of how many, and files they are in. */
export function totals(
  proposal: RefactorProposal,
  excluded: ReadonlySet<number>,
): { taken: number; all: number; files: number } {
  const taken = (ids: number[]) => included(ids, excluded);
  const files = proposal.files.filter(({ edits }) => edits.some(({ id }) => !excluded.has(id)));
  const paths = new Set(files.map(({ path }) => path));
  for (const { id, from } of proposal.moves) if (!excluded.has(id)) paths.add(from);
  for (const { id, path } of [...proposal.created, ...proposal.removed])
    if (!excluded.has(id)) paths.add(path);
  const ids = allIds(proposal);
  return { taken: taken(ids), all: ids.length, files: paths.size };
}

/** A heading of the list with its rows. */
export interface Heading {
  key: string;
  title: string;
  hint: string;
  ids: number[];
  entries: Entry[];
}

/** What was done and what was left out, each by file. */
export function doneAndSkipped(parts: readonly Section[], excluded: ReadonlySet<number>): Heading[] {
  const heading = (key: string, title: string, takes: (id: number) => boolean): Heading[] => {
    const byPath = new Map<string, Entry>();
    for (const entry of parts.flatMap(({ entries }) => entries)) {
      const ids = entry.ids.filter(takes);
      if (ids.length === 0) continue;
      const group = entry.kind === "file" ? `${key}:${entry.path}` : entry.key;
      const known = byPath.get(group);
      if (known) known.ids.push(...ids);
      else byPath.set(group, { ...entry, key: group, ids });
    }
    const entries = [...byPath.values()];
    return entries.length === 0
      ? []
      : [{ key, title, hint: "", ids: entries.flatMap(({ ids }) => ids), entries }];
  };
  return [
    ...heading("done", "Changed files", (id) => !excluded.has(id)),
    ...heading("skipped", "Skipped", (id) => excluded.has(id)),
  ];
}
