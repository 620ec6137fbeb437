// What was searched for in this session, to walk through with the arrows.

const KEPT = 50;

export class QueryHistory {
  private readonly queries: string[] = [];
  /** How far back one has walked; -1 is what is being typed. */
  private at = -1;

  /** Notes a query that was really looked for. What it grew out of while it was typed is forgotten. */
  note(query: string): void {
    this.at = -1;
    if (!query.trim()) return;
    const [last] = this.queries;
    if (last !== undefined && query.startsWith(last)) this.queries.shift();
    const known = this.queries.indexOf(query);
    if (known >= 0) this.queries.splice(known, 1);
    this.queries.unshift(query);
    this.queries.length = Math.min(this.queries.length, KEPT);
  }

  /** The query before (`step` 1) or after (-1) the one in the field; null where there is none or something else is being typed. */
  walk(current: string, step: 1 | -1): string | null {
    if (current !== "" && current !== this.queries[this.at]) return null;
    if (current === "") this.at = -1;
    const next = this.at + step;
    if (next < -1 || next >= this.queries.length) return null;
    this.at = next;
    return next === -1 ? "" : (this.queries[next] ?? null);
  }
}
