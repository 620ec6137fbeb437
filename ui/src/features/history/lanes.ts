// Which lane of the graph each commit stands in, and which lines pass it; computed from the newest commit down.

/** As many lanes as are drawn; what lies beyond shares the last. */
export const MOST_LANES = 8;

/** A lane waits for a commit: the parent of one above. */
interface Lane {
  /** The commit it leads to. */
  readonly to: string;
  /** Keeps a line's colour while it moves between lanes. */
  readonly hue: number;
}

/** The lanes between two rows. */
export interface LaneState {
  readonly lanes: readonly (Lane | null)[];
  /** How many lines began so far. */
  readonly begun: number;
}

/** A line within one half of a row: from a lane at its upper edge to one at its lower. */
export interface LaneLine {
  readonly from: number;
  readonly to: number;
  readonly hue: number;
}

/** What is drawn in a row: the commit's place, the lines above it and those below. */
export interface LaneRow {
  readonly lane: number;
  readonly hue: number;
  readonly above: readonly LaneLine[];
  readonly below: readonly LaneLine[];
  /** Lanes that the row takes up, at most `MOST_LANES`. */
  readonly width: number;
  readonly merge: boolean;
}

export const noLanes: LaneState = { lanes: [], begun: 0 };

const shown = (lane: number) => Math.min(lane, MOST_LANES - 1);

function lines(all: readonly LaneLine[]): LaneLine[] {
  const drawn = new Map<string, LaneLine>();
  for (const line of all) {
    const capped = { from: shown(line.from), to: shown(line.to), hue: line.hue };
    drawn.set(`${capped.from} ${capped.to}`, capped);
  }
  return [...drawn.values()];
}

/** The row of a commit below `state`, and the lanes below it. */
export function nextLanes(
  state: LaneState,
  commit: { readonly id: string; readonly parents: readonly string[] },
): { row: LaneRow; state: LaneState } {
  const before = state.lanes;
  let { begun } = state;
  const waiting = before.findIndex((lane) => lane?.to === commit.id);
  const free = before.indexOf(null);
  const place = waiting >= 0 ? waiting : free >= 0 ? free : before.length;
  const hue = before[place]?.hue ?? begun++;

  const above: LaneLine[] = [];
  const after: (Lane | null)[] = before.map((lane, at) => {
    if (!lane) return null;
    const ends = lane.to === commit.id;
    above.push({ from: at, to: ends ? place : at, hue: lane.hue });
    return ends ? null : lane;
  });
  const below: LaneLine[] = [];
  after.forEach((lane, at) => lane && below.push({ from: at, to: at, hue: lane.hue }));

  const parents = [...new Set(commit.parents)];
  parents.forEach((parent, index) => {
    // The first parent goes on in the commit's own lane, even where another lane leads to it: they meet at the parent.
    let at = index === 0 ? place : after.findIndex((lane) => lane?.to === parent);
    if (at < 0) {
      at = after.indexOf(null);
      if (at < 0) at = after.length;
    }
    after[at] ??= { to: parent, hue: at === place ? hue : begun++ };
    below.push({ from: place, to: at, hue: after[at]?.hue ?? hue });
  });
  while (after.length && !after.at(-1)) after.pop();

  const width = Math.min(MOST_LANES, Math.max(place + 1, before.length, after.length));
  return {
    row: {
      lane: shown(place),
      hue,
      above: lines(above),
      below: lines(below),
      width,
      merge: parents.length > 1,
    },
    state: { lanes: after, begun },
  };
}
