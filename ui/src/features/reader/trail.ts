// The places visited, for going back and forward.

export interface Visit {
  path: string;
  line: number;
  column: number;
}

const KEPT = 100;
/** Moves within a file shorter than this are not visits of their own, unless somebody asked for the line. */
const NEAR_LINES = 10;

function near(a: Visit, b: Visit, lines: number): boolean {
  return a.path === b.path && Math.abs(a.line - b.line) < lines;
}

export class Trail {
  private visits: Visit[] = [];
  private at = -1;

  get canGoBack(): boolean {
    return this.at > 0;
  }

  get canGoForward(): boolean {
    return this.at < this.visits.length - 1;
  }

  /** Notes where somebody went, having `jumped` to that very line or not. What lay ahead is forgotten. */
  visit(place: Visit, jumped = false): void {
    const here = this.visits[this.at];
    if (here && near(here, place, jumped ? 1 : NEAR_LINES)) {
      this.visits[this.at] = place;
      return;
    }
    this.visits = [...this.visits.slice(0, this.at + 1), place].slice(-KEPT);
    this.at = this.visits.length - 1;
  }

  /** Corrects the current visit to where the cursor has wandered since. */
  settle(place: Visit): void {
    const here = this.visits[this.at];
    if (here?.path === place.path) this.visits[this.at] = place;
  }

  back(): Visit | null {
    if (!this.canGoBack) return null;
    this.at -= 1;
    return this.visits[this.at] ?? null;
  }

  forward(): Visit | null {
    if (!this.canGoForward) return null;
    this.at += 1;
    return this.visits[this.at] ?? null;
  }
}
