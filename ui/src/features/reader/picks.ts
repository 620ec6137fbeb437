// Things to choose from, narrowed by what is typed.

export interface Pick<Item> {
  item: Item;
  text: string;
  /** The one that is open. */
  current?: boolean;
}

/** Those with the typed text in them, whatever its case; those that begin with it first. */
export function narrowed<Item>(all: readonly Pick<Item>[], typed: string): readonly Pick<Item>[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return all;
  const placed = all.map((pick) => ({ pick, at: pick.text.toLowerCase().indexOf(wanted) }));
  const found = placed.filter(({ at }) => at >= 0);
  return [...found.filter(({ at }) => at === 0), ...found.filter(({ at }) => at > 0)].map(({ pick }) => pick);
}
