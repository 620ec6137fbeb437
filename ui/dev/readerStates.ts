// States of the reader to look at: /dev/index.html?screen=reader-blame, reader-split, …
import { askReader } from "../src/features/frame/reader-slot.svelte";
import { availableCommands, runCommand } from "../src/lib/keys/commands.svelte";
import { backend } from "../src/lib/ipc";
import { fakeReading } from "./reading";
import { changeSettings } from "../src/features/settings/settings.svelte";

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const commit = "0f3c2a19de00f1b2c3d4e5f60718293a4b5c6d7e";

async function read(path: string, line?: number, more: Partial<Parameters<typeof askReader>[0]> = {}) {
  askReader({ version: null, path, ...(line ? { line } : {}), ...more });
  await wait(500);
}

function click(selector: string, kind = "click", more: MouseEventInit = {}) {
  const target = document.querySelector<HTMLElement>(selector);
  const box = target?.getBoundingClientRect();
  const at = { clientX: (box?.left ?? 0) + 4, clientY: (box?.top ?? 0) + 4 };
  target?.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, ...at, ...more }));
}

async function run(id: string) {
  if (!runCommand(id))
    console.error(
      `${id} is not offered`,
      availableCommands().map((command) => command.id),
    );
  await wait(400);
}

const states: Record<string, (detail: string | undefined) => Promise<void>> = {
  plain: () => read("src/plan.rs", 47),
  sticky: async () => {
    await read("src/plan.rs", 104);
    document.querySelector(".cm-scroller")?.scrollTo(0, 1760);
    await wait(300);
  },
  fold: async () => {
    await read("src/plan.rs", 41);
    await run("fold.here");
  },
  foldall: async () => {
    await read("src/plan.rs", 41);
    await run("fold.all");
  },
  json: () => read("data/stations.json"),
  change: async () => {
    await read("src/plan.rs", 30);
    await run("change.next");
  },
  blame: async () => {
    await read("src/plan.rs", 47);
    await run("blame.turn");
    await run("blame.line");
  },
  blaming: async () => {
    await read("src/long.rs", 47);
    await run("blame.turn");
  },
  split: async () => {
    await read("src/plan.rs", 47);
    await run("split.open");
    await read("src/plan.rs", 47, { version: 41 });
    await run("split.together");
  },
  commit: () => read("src/plan.rs", 47, { commit, column: 8, end: 14 }),
  scripts: () => read("src/scripts.rs", 4),
  whitespace: async () => {
    await changeSettings({ show_whitespace: true });
    await read("Makefile", 2);
  },
  select: async () => {
    await read("src/plan.rs", 47, { column: 12, end: 18 });
    document
      .querySelector(".view > .host")
      ?.dispatchEvent(new MouseEvent("mouseup", { bubbles: true, button: 0 }));
    await wait(200);
  },
  menu: async () => {
    await read("src/plan.rs", 47, { column: 12, end: 18 });
    click(".cm-activeLine", "contextmenu");
    await wait(200);
  },
  find: async () => {
    // The made-up search knows other files than the reader's.
    const { findInDocument } = fakeReading();
    if (findInDocument) Object.assign(backend(), { findInDocument });
    await read("src/plan.rs", 40, { column: 12, end: 16 });
    await run("reader.find");
  },
  crumbs: async (detail) => {
    await read("src/plan.rs", 47);
    document.querySelectorAll<HTMLElement>(".crumbs .crumb")[Number(detail ?? 1)]?.click();
    await wait(300);
  },
  long: () => read("src/long.rs", 60_003),
};

/** Brings the reader of the open project into a state. */
export async function showReaderState(name: string, detail?: string): Promise<void> {
  await states[name]?.(detail);
}
