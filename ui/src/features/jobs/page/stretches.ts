// The code that citations of one page stand for, asked for in batches and kept for as long as the page is in front.
import { backend, type Citation, type CodeLine } from "$lib/ipc";

/** More is asked for in another call. */
const MOST_AT_ONCE = 100;

type Lines = readonly CodeLine[] | null;

/** The same lines of the same contents are the same, whatever number the citation has now. */
const keyOf = ({ object, path, line_start, line_end }: Citation) =>
  `${object} ${line_start} ${line_end} ${path}`;

export class CitedStretches {
  private readonly known = new Map<string, Promise<Lines>>();
  private waiting: { id: number; tell: (lines: Lines) => void }[] = [];

  constructor(private readonly jobId: string) {}

  /** The first lines of a citation with their colours; null where they can't be had. */
  of(citation: Citation): Promise<Lines> {
    const key = keyOf(citation);
    let found = this.known.get(key);
    if (!found) {
      found = new Promise((tell) => {
        // What comes into sight together is asked for together.
        if (this.waiting.length === 0) setTimeout(() => void this.ask());
        this.waiting.push({ id: citation.id, tell });
      });
      this.known.set(key, found);
      // What could not be had may be there another time.
      void found.then((lines) => lines ?? this.known.delete(key));
    }
    return found;
  }

  private async ask(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    for (let at = 0; at < asked.length; at += MOST_AT_ONCE) {
      const some = asked.slice(at, at + MOST_AT_ONCE);
      // Colours are an ornament: without them the code is there all the same.
      const found = await backend()
        .citedLines(
          this.jobId,
          some.map(({ id }) => id),
        )
        .catch(() => []);
      const lines = new Map(found.map((each) => [each.citation, each.lines]));
      for (const { id, tell } of some) tell(lines.get(id) ?? null);
    }
  }
}
