// The searches of this session, one a project, and the ways into them from elsewhere.
import { signedInUser } from "$features/accounts/session.svelte";
import { askReader, readerSlot } from "$features/frame/reader-slot.svelte";
import { route, showSearch, showWorkspace } from "$features/frame/route.svelte";
import { noteRead } from "$features/palette/recent";
import type { SearchPlace } from "$lib/ipc";
import { emptyFields, type NamePlace, type SearchFields } from "./fields";
import { Search } from "./search.svelte";

let owner: string | null = null;
const searches = new Map<string, Search>();

/** The search of a project, made when it is first asked for. Another user begins with none. */
export function searchOf(projectId: string): Search {
  const user = signedInUser()?.id ?? null;
  if (user !== owner) {
    for (const search of searches.values()) search.rest();
    searches.clear();
    owner = user;
  }
  let search = searches.get(projectId);
  if (!search) searches.set(projectId, (search = new Search(projectId)));
  return search;
}

/** The search of the open project. */
export const currentSearch = (): Search | null => (route.projectId ? searchOf(route.projectId) : null);

/** Shows the search screen with its field ready; with `fields`, searches for them. */
export function openSearch(fields: Partial<SearchFields> | null = null): void {
  const search = currentSearch();
  if (!search) return;
  if (fields) {
    search.change(fields, true);
    search.history.note(search.fields.query);
  }
  search.fieldCalls += 1;
  showSearch();
}

/** Looks up wherever the name at a place is used: by what it means there, else by its spelling. */
export function openReferences(word: string, version: number | null, at: NamePlace | null = null): void {
  openSearch({
    ...emptyFields,
    query: word,
    word: true,
    case_sensitive: true,
    version,
    names_only: true,
    at,
  });
}

/** Opens a hit in the reader. */
export function readHit(search: Search, place: SearchPlace): void {
  const { path, line, start, end } = place;
  search.history.note(search.asked?.query ?? "");
  noteRead(search.projectId, path);
  askReader({ version: search.asked?.version ?? null, path, line, column: start, end });
  showWorkspace();
}

/** Goes to the hit before or after the chosen one, on whichever screen is in front. */
export async function stepHit(step: 1 | -1): Promise<void> {
  const search = currentSearch();
  const place = await search?.step(step);
  if (search && place && route.screen === "workspace") readHit(search, place);
}

/** Shows the lines with hits at the edge of files while a search has any. */
export function markHits(search: Search): () => void {
  const marks = (path: string, state: number | string | null): readonly number[] => {
    void search.drawn;
    return search.asked && search.asked.version === state ? search.rows.linesOf(path) : [];
  };
  readerSlot.searchLines = marks;
  return () => {
    if (readerSlot.searchLines === marks) readerSlot.searchLines = null;
  };
}
