// Files and symbols for what is being named in a comment.
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { shownPath } from "$features/files/paths";
import { backend } from "$lib/ipc";
import { linkTo, type Mention } from "./suggestion";

export interface Offer {
  /** What it is called. */
  name: string;
  /** Where it is. */
  detail: string;
  kind: "file" | "symbol";
  /** The Markdown that names it. */
  link: string;
}

const MOST = 8;

export class Completion {
  offers: readonly Offer[] = $state.raw([]);
  mention: Mention | null = $state.raw(null);
  /** The offer that Enter takes. */
  at = $state(0);
  /** Where a list was sent away: it stays away until something else is named. */
  private refused = -1;

  constructor(private readonly projectId: string) {}

  get open(): boolean {
    return this.mention !== null && this.offers.length > 0;
  }

  async see(mention: Mention | null): Promise<void> {
    if (mention?.from !== this.refused) this.refused = -1;
    if (!mention || mention.from === this.refused) return this.close();
    const before = this.mention;
    // Asked for already, and maybe under way.
    if (before?.query === mention.query && before.from === mention.from) return;
    this.mention = mention;
    // An offer that can't be had is none.
    const offers = await (
      mention.kind === "file" ? this.files(mention.query) : this.symbols(mention.query)
    ).catch(() => []);
    if (this.mention !== mention) return;
    this.offers = offers;
    this.at = 0;
  }

  step(by: number): void {
    const { length } = this.offers;
    if (length > 0) this.at = (this.at + by + length) % length;
  }

  close(): void {
    this.mention = null;
    this.offers = [];
    this.at = 0;
  }

  /** Not wanted here. */
  refuse(): void {
    this.refused = this.mention?.from ?? -1;
    this.close();
  }

  private async files(query: string): Promise<Offer[]> {
    const recent = [...(readerSlot.recent?.() ?? [])];
    const { files } = await backend().findFiles(this.projectId, query, recent, MOST);
    return files
      .filter(({ path }) => !path.startsWith("\0"))
      .map(({ path }) => ({
        name: path.slice(path.lastIndexOf("/") + 1),
        detail: shownPath(path),
        kind: "file" as const,
        link: linkTo(path, path),
      }));
  }

  private async symbols(query: string): Promise<Offer[]> {
    const { symbols } = await backend().findSymbols(this.projectId, query, MOST);
    return symbols
      .filter(({ path }) => !path.startsWith("\0"))
      .map(({ name, path, line }) => ({
        name,
        detail: `${shownPath(path)}:${line}`,
        kind: "symbol" as const,
        link: linkTo(name, path, line),
      }));
  }
}
