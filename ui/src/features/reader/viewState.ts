// What the window remembers about a project between sessions, as versioned JSON that may arrive damaged.
import { plainThreadView, readThreadView, type StoredThreadView } from "$features/threads/view.svelte";
import { activate, noTabs, type Place, type ShownAs, type Tab, type Tabs } from "./tabs";

export interface ViewState {
  tabs: Tabs;
  /** Expanded directories of the tree. */
  expanded: string[];
  onlyChanged: boolean;
  /** The file in the pane beside. */
  side: Tab | null;
  /** The part of the width that the first pane has. */
  share: number;
  together: boolean;
  threads: StoredThreadView;
}

const FORMAT = 1;
const MOST_TABS = 100;
const MOST_EXPANDED = 2000;

export const emptyViewState: ViewState = {
  tabs: noTabs,
  expanded: [],
  onlyChanged: false,
  side: null,
  share: 0.5,
  together: false,
  threads: plainThreadView,
};

/** `savedAt` is RFC 3339; the projects screen sorts by it. */
export function writeViewState(state: ViewState, savedAt: string): string {
  return JSON.stringify({
    format: FORMAT,
    saved_at: savedAt,
    tabs: state.tabs.open.slice(0, MOST_TABS),
    active: state.tabs.active,
    expanded: state.expanded.slice(0, MOST_EXPANDED),
    only_changed: state.onlyChanged,
    threads: state.threads,
    ...(state.side ? { side: state.side, share: state.share, together: state.together } : {}),
  });
}

/** Reads what `writeViewState` wrote; anything missing or wrong is left out, never an error. */
export function readViewState(text: string | null): ViewState {
  const stored = parse(text);
  if (stored?.format !== FORMAT) return emptyViewState;
  const open = list(stored.tabs)
    .map(readTab)
    .filter((tab) => tab !== null);
  const unique = open.filter((tab, index) => open.findIndex((other) => other.path === tab.path) === index);
  const tabs: Tabs = { ...noTabs, open: unique.slice(0, MOST_TABS) };
  const active = typeof stored.active === "string" ? stored.active : "";
  const expanded = list(stored.expanded).filter(
    (path) => typeof path === "string" && path !== "",
  ) as string[];
  return {
    tabs: activate(activate(tabs, unique[0]?.path ?? ""), active),
    expanded: expanded.slice(0, MOST_EXPANDED),
    onlyChanged: stored.only_changed === true,
    side: readTab(stored.side),
    share: readShare(stored.share),
    together: stored.together === true,
    threads: readThreadView(stored.threads),
  };
}

type Stored = Record<string, unknown>;

function parse(text: string | null): Stored | null {
  if (!text) return null;
  try {
    return record(JSON.parse(text));
  } catch {
    return null;
  }
}

function record(value: unknown): Stored | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Stored) : null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function readTab(value: unknown): Tab | null {
  const stored = record(value);
  if (typeof stored?.path !== "string" || stored.path === "") return null;
  return {
    path: stored.path,
    preview: stored.preview === true,
    place: readPlace(stored.place),
    shownAs: readShownAs(stored.shownAs),
  };
}

function readShownAs(value: unknown): ShownAs {
  return value === "rendered" || value === "source" ? value : null;
}

function readPlace(value: unknown): Place | null {
  const stored = record(value);
  const { top, line, column } = stored ?? {};
  if (!whole(top, 1) || !whole(line, 1) || !whole(column, 0)) return null;
  return { top, line, column };
}

function readShare(value: unknown): number {
  return typeof value === "number" && value >= 0.2 && value <= 0.8 ? value : emptyViewState.share;
}

function whole(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}
