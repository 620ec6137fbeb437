// The open files as values: which tabs there are, which is active, which were closed.

/** Where somebody was in a file. Lines are 1-based, columns 0-based UTF-16. */
export interface Place {
  /** First line on screen. */
  top: number;
  line: number;
  column: number;
}

/** How a file that can be shown in two ways is shown; null leaves it to the kind of file. */
export type ShownAs = "rendered" | "source" | null;

export interface Tab {
  /** What names the file: its path, or path and version (fileKey.ts). */
  path: string;
  /** Gives way to the next file that is merely looked at. */
  preview: boolean;
  place: Place | null;
  shownAs: ShownAs;
}

export interface Tabs {
  readonly open: readonly Tab[];
  readonly active: string | null;
  /** Most recently closed last. */
  readonly closed: readonly { tab: Tab; index: number }[];
  /** Paths by last use, latest first. */
  readonly recent: readonly string[];
}

const CLOSED_KEPT = 20;

export const noTabs: Tabs = { open: [], active: null, closed: [], recent: [] };

export function activeTab(tabs: Tabs): Tab | null {
  return tabs.open.find((tab) => tab.path === tabs.active) ?? null;
}

/** Makes a file the active tab; a file merely looked at takes the place of the last such one. */
export function openTab(tabs: Tabs, path: string, pin: boolean): Tabs {
  const existing = tabs.open.find((tab) => tab.path === path);
  if (existing) return activate(pin ? pinTab(tabs, path) : tabs, path);
  const tab: Tab = { path, preview: !pin, place: null, shownAs: null };
  const open = [...tabs.open];
  const replaced = pin ? -1 : open.findIndex((other) => other.preview);
  if (replaced >= 0) open.splice(replaced, 1, tab);
  else open.splice(open.findIndex((other) => other.path === tabs.active) + 1 || open.length, 0, tab);
  return activate({ ...tabs, open }, path);
}

export function activate(tabs: Tabs, path: string): Tabs {
  const present = (candidate: string) => tabs.open.some((tab) => tab.path === candidate);
  if (!present(path)) return tabs;
  const recent = [path, ...tabs.recent.filter((other) => other !== path && present(other))];
  return { ...tabs, active: path, recent };
}

export function pinTab(tabs: Tabs, path: string): Tabs {
  return updateTab(tabs, path, { preview: false });
}

export function updateTab(tabs: Tabs, path: string, change: Partial<Omit<Tab, "path">>): Tabs {
  return { ...tabs, open: tabs.open.map((tab) => (tab.path === path ? { ...tab, ...change } : tab)) };
}

/** Closes a tab. The one used before it becomes active. */
export function closeTab(tabs: Tabs, path: string): Tabs {
  const index = tabs.open.findIndex((tab) => tab.path === path);
  const tab = tabs.open[index];
  if (!tab) return tabs;
  const open = tabs.open.filter((other) => other !== tab);
  const recent = tabs.recent.filter((other) => other !== path);
  const closed = [...tabs.closed.filter((other) => other.tab.path !== path), { tab, index }].slice(
    -CLOSED_KEPT,
  );
  const beside = open[Math.min(index, open.length - 1)]?.path ?? null;
  const active = tabs.active === path ? (recent[0] ?? beside) : tabs.active;
  return { open, active, closed, recent };
}

/** Brings the last closed tab back where it was, pinned. */
export function reopenClosed(tabs: Tabs): Tabs {
  const last = tabs.closed.at(-1);
  if (!last) return tabs;
  const closed = tabs.closed.slice(0, -1);
  if (tabs.open.some((tab) => tab.path === last.tab.path))
    return activate({ ...tabs, closed }, last.tab.path);
  const open = [...tabs.open];
  open.splice(Math.min(last.index, open.length), 0, { ...last.tab, preview: false });
  return activate({ ...tabs, open, closed }, last.tab.path);
}

/** The tab `step` to the right (or left, when negative) of the active one, going round. */
export function neighbour(tabs: Tabs, step: number): string | null {
  const count = tabs.open.length;
  if (count === 0) return null;
  const index = tabs.open.findIndex((tab) => tab.path === tabs.active);
  return tabs.open[(((index + step) % count) + count) % count]?.path ?? null;
}
