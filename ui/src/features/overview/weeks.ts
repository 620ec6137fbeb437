// Weeks of a year as bars, with the months they begin.
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEK = 7 * 86_400_000;

export interface Week {
  commits: number;
  /** 0 to 1, of the busiest week. */
  part: number;
  /** "week of 3 Aug". */
  name: string;
  /** The month that begins in it, where there is room to say so. */
  month: string | null;
}

/** Weeks up to `now`, oldest first. */
export function weeksOf(counts: readonly number[], now: Date): Week[] {
  const most = Math.max(1, ...counts);
  let before = -1;
  let told = -4;
  return counts.map((commits, at) => {
    const begins = new Date(now.getTime() - (counts.length - at) * WEEK + 86_400_000);
    const month = begins.getMonth();
    const tell = month !== before && before >= 0 && at - told >= 4;
    if (tell) told = at;
    before = month;
    return {
      commits,
      part: commits / most,
      name: `week of ${begins.getDate()} ${months[month]}`,
      month: tell ? (months[month] ?? null) : null,
    };
  });
}
