import { readFile, type Stats } from "node:fs/promises";
/** A room. */
export interface Room<T = unknown> extends Base { readonly id: string; size?: number; open(at: Date): void }
export type Shape = "round" | `flat-${Width}` | keyof Room | null;
enum Level { Low = 1, High }
declare module "x" { const y: any }

@Component({ selector: "app-plan" })
export abstract class Plan implements Room {
  static #count = 0;
  private rooms: Map<string, Room[]> = new Map();
  constructor(private readonly path: string, public limit = MAX_ROOMS) { super(); }
  async *plan<T extends object>(this: Plan, { a, b: c }: Opts, ...rest: T[]): Promise<T | undefined> {
    const text = await readFile(this.path, { encoding: "utf8" });
    for (const line of text.split(/\r?\n/g)) yield line as unknown as T;
    const total = this.rooms.size! ?? (c ? -1.5 : rest.length);
    console.log(`${total} of ${Plan.#count} \n`, typeof c === "string", Level.Low);
    return undefined;
  }
}
export const width = (room: Room): number => Number(room.size) satisfies number;
