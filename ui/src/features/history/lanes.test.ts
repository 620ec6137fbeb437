import { describe, expect, it } from "vitest";
import { MOST_LANES, nextLanes, noLanes, type LaneRow, type LaneState } from "./lanes";

/** Rows of commits written as "id: parents". */
function lay(...commits: string[]): { rows: LaneRow[]; state: LaneState } {
  let state = noLanes;
  const rows: LaneRow[] = [];
  for (const text of commits) {
    const [id = "", parents = ""] = text.split(":");
    const next = nextLanes(state, { id, parents: parents.split(" ").filter(Boolean) });
    rows.push(next.row);
    ({ state } = next);
  }
  return { rows, state };
}
const lanes = ({ rows }: { rows: LaneRow[] }) => rows.map(({ lane }) => lane);
const drawn = (lines: LaneRow["above"] | undefined) => (lines ?? []).map(({ from, to }) => `${from}-${to}`);

describe("lanes", () => {
  it("keep one line of commits in one lane", () => {
    const laid = lay("a: b", "b: c", "c:");
    expect(lanes(laid)).toEqual([0, 0, 0]);
    expect(drawn(laid.rows[0]?.above)).toEqual([]);
    expect(drawn(laid.rows[1]?.above)).toEqual(["0-0"]);
    expect(drawn(laid.rows[2]?.below)).toEqual([]);
    expect(laid.state.lanes).toEqual([]);
  });

  it("open one for a merged branch and close it where the branch began", () => {
    const laid = lay("m: a b", "b: base", "a: base", "base:");
    expect(lanes(laid)).toEqual([0, 1, 0, 0]);
    expect(drawn(laid.rows[0]?.below)).toEqual(["0-0", "0-1"]);
    expect(laid.rows[0]?.merge).toBe(true);
    // Both lead to the same commit, and meet there.
    expect(drawn(laid.rows[2]?.below)).toEqual(["1-1", "0-0"]);
    expect(drawn(laid.rows[3]?.above)).toEqual(["0-0", "1-0"]);
    expect(laid.state.lanes).toEqual([]);
  });

  it("give a branch that nothing leads to a lane of its own, with a colour of its own", () => {
    const laid = lay("a: base", "b: base", "base:");
    expect(lanes(laid)).toEqual([0, 1, 0]);
    expect(laid.rows[0]?.hue).not.toBe(laid.rows[1]?.hue);
  });

  it("use a lane again that has come free", () => {
    const laid = lay("m: a b", "b: a", "a: c", "n: c", "c:");
    expect(laid.rows[3]?.lane).toBe(1);
    expect(Math.max(...laid.rows.map(({ width }) => width))).toBe(2);
  });

  it("go on the same when they are computed page by page", () => {
    const commits = Array.from({ length: 60 }, (_, at) => ({
      id: `c${at}`,
      parents: at % 7 === 0 ? [`c${at + 1}`, `c${at + 4}`] : [`c${at + 1}`],
    }));
    const whole: LaneRow[] = [];
    let state = noLanes;
    for (const commit of commits) {
      const next = nextLanes(state, commit);
      whole.push(next.row);
      ({ state } = next);
    }
    let again = noLanes;
    for (const commit of commits.slice(0, 30)) again = nextLanes(again, commit).state;
    const second = commits.slice(30).map((commit) => {
      const next = nextLanes(again, commit);
      again = next.state;
      return next.row;
    });
    expect(second).toEqual(whole.slice(30));
  });

  it("draw no more than fit, however many there are", () => {
    const tips = Array.from({ length: 30 }, (_, at) => `t${at}: base`);
    const octopus = `o: ${Array.from({ length: 20 }, (_, at) => `p${at}`).join(" ")}`;
    const { rows } = lay(...tips, octopus, "base:");
    for (const row of rows) {
      expect(row.width).toBeLessThanOrEqual(MOST_LANES);
      for (const { from, to } of [...row.above, ...row.below]) {
        expect(Math.max(from, to)).toBeLessThan(MOST_LANES);
      }
      expect(row.above.length + row.below.length).toBeLessThanOrEqual(4 * MOST_LANES);
    }
  });

  it("count a parent that is named twice once", () => {
    expect(drawn(lay("a: b b").rows[0]?.below)).toEqual(["0-0"]);
  });
});
