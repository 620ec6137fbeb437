// What can be done with the text selected in a pane, for its menu, its bar and the palette.
import { askHistory } from "$features/history/asked.svelte";
import { ask } from "$features/jobs/asking";
import { copyText } from "$features/versions/versionActions";
import { shownPath } from "$features/files/paths";
import { backend } from "$lib/ipc";
import { availableCommands, runCommand } from "$lib/keys/commands.svelte";
import type { MenuItem } from "$lib/ui/menuItem";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { pathOf, stateOf } from "./fileKey";
import type { ReaderPane } from "./pane.svelte";
import { lastingState, permalink, type Lines } from "./permalink";

/** The lines a reference names: those selected, or the caret's. Null for what has no lines. */
function linesOf(pane: ReaderPane): Lines | null {
  return pane.current?.selectedLines?.() ?? null;
}

/** Copies a reference to the selected lines, or with `whole` to the file. */
export async function copyPermalink(pane: ReaderPane, whole = false): Promise<void> {
  const file = pane.shown?.path;
  if (file === undefined) return;
  const [path, { id, latest }] = [pathOf(file), pane.project];
  const lines = whole ? null : linesOf(pane);
  const state = await lastingState(id, path, stateOf(file), latest?.version ?? null);
  const link = permalink(path, lines, state);
  await copyText(link, `Copied ${link}`);
}

export async function copyPath(pane: ReaderPane): Promise<void> {
  if (pane.shown) await copyText(shownPath(pathOf(pane.shown.path)), "Path copied");
}

export async function copySelected(pane: ReaderPane): Promise<void> {
  const text = pane.current?.selectedText?.() ?? "";
  if (text !== "") await copyText(text, "Copied");
}

/** Opens the folder's file where the caret is, in the user's own editor. */
export async function openInEditor(pane: ReaderPane): Promise<void> {
  const file = pane.shown?.path;
  if (file === undefined) return;
  const { line, column } = pane.cursor;
  await openPathInEditor(pane.project.id, pathOf(file), line, column + 1);
}

/** `line` and `column` are 1-based. */
export async function openPathInEditor(projectId: string, path: string, line = 1, column = 1): Promise<void> {
  await backend().openInEditor(projectId, path, line, column).catch(toastFailure);
}

const offered = (id: string) => availableCommands().find((command) => command.id === id);

/** Where the name at the caret is defined and used, as far as somebody can tell. */
export function symbolItems(): MenuItem[] {
  return (["symbol.definition", "symbol.references", "refactor.rename"] as const).flatMap((id) => {
    const command = offered(id);
    if (!command) return [];
    const [chord] = command.keys ?? [];
    return [{ label: command.title, ...(chord ? { chord } : {}), run: () => void runCommand(id) }];
  });
}

/** What a model may be asked about: the selected lines, the symbol at the caret, the file. A commit's file is no version's. */
function askItems(pane: ReaderPane, selected: boolean): MenuItem[] {
  const file = pane.shown?.path;
  const state = file === undefined ? null : stateOf(file);
  if (file === undefined || typeof state === "string") return [];
  const [{ id }, path] = [pane.project, pathOf(file)];
  const lines = selected ? linesOf(pane) : null;
  const name = pane.current?.wordAtCaret?.();
  const symbol = name ? ({ kind: "SYMBOL", path, line: name.line, name: name.word } as const) : null;
  return [
    ...(lines
      ? [
          {
            label: "Explain the selection",
            icon: "ask" as const,
            separated: true,
            run: () =>
              void ask(
                id,
                "EXPLANATION",
                { kind: "SELECTION", path, line_start: lines.first, line_end: lines.last },
                state,
              ),
          },
        ]
      : []),
    ...(symbol
      ? [
          {
            label: `Explain ${symbol.name}`,
            icon: "ask" as const,
            separated: !lines,
            run: () => void ask(id, "EXPLANATION", symbol, state),
          },
          { label: `Write docs for ${symbol.name}`, run: () => void ask(id, "DOCS", symbol, state) },
        ]
      : []),
    {
      label: "Write docs for this file",
      icon: "jobs",
      separated: !lines && !symbol,
      run: () => void ask(id, "DOCS", { kind: "FILE", path }, state),
    },
  ];
}

/** The menu over the text. */
export function textItems(pane: ReaderPane, split: { offered: boolean; open: () => void }): MenuItem[] {
  const selected = (pane.current?.selectedText?.() ?? "") !== "";
  const symbols = symbolItems();
  const path = pane.shown ? pathOf(pane.shown.path) : "";
  return [
    {
      label: selected ? "Comment on the selection" : "Comment on this line",
      icon: "msg",
      chord: "C",
      run: () => void runCommand("thread.comment"),
    },
    { label: "Comment on the whole file", run: () => void runCommand("thread.file") },
    ...symbols.map((item, at) => (at === 0 ? { ...item, separated: true } : item)),
    ...askItems(pane, selected),
    {
      label: "Copy",
      icon: "copy",
      chord: "Ctrl+C",
      separated: true,
      disabled: !selected,
      run: () => void copySelected(pane),
    },
    {
      label: "Copy link to these lines",
      icon: "link",
      chord: "Ctrl+Alt+C",
      run: () => void copyPermalink(pane),
    },
    { label: "Copy path", run: () => void copyPath(pane) },
    {
      label: "Open in my editor",
      icon: "ext",
      chord: "Ctrl+Alt+E",
      separated: true,
      run: () => void openInEditor(pane),
    },
    {
      label: "Open to the side",
      icon: "cols",
      chord: "Ctrl+\\",
      disabled: !split.offered,
      ...(split.offered ? {} : { detail: "Needs a wider window" }),
      run: split.open,
    },
    {
      label: pane.blame.on ? "Hide who wrote it" : "Show who wrote it",
      icon: "branch",
      run: () => pane.blame.turn(),
    },
    { label: "History of this file", icon: "clock", run: () => askHistory({ path }) },
  ];
}
