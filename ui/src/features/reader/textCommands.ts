// The commands about the text in front: folding, changes, blame, references, and the pane beside.
import { askHistory } from "$features/history/asked.svelte";
import { changeSettings, settings } from "$features/settings/settings.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import { toast } from "$lib/ui/toasts.svelte";
import { changeBeside, markLine } from "./changes";
import type { ReadingScreen } from "./commands";
import { pathOf, stateOf } from "./fileKey";
import type { Reading } from "./reading.svelte";
import { copyPath, copyPermalink, openInEditor } from "./textActions";

export function textCommands(reading: Reading, screen: Pick<ReadingScreen, "inFront">): Command[] {
  const here = () => screen.inFront();
  const withFile = () => here() && reading.shown?.opened != null;
  const withText = () => here() && reading.shown?.content?.kind === "text";
  const foldable = () => withText() && (reading.front.structure?.folds.length ?? 0) > 0;
  const fold = () => reading.front.current?.fold;
  const changes = () => reading.front.changes?.changes ?? [];
  const toChange = (step: 1 | -1) => () => {
    const next = changeBeside(changes(), reading.cursor.line, step);
    if (next) reading.front.current?.showChange?.(markLine(next, reading.shown?.opened?.lines ?? 1));
  };
  const aside = () => {
    if (reading.wide) return reading.openAside();
    toast({
      text: "There is no room for a second pane",
      hint: "It needs a window at least 1,180 pixels wide.",
    });
  };

  return [
    {
      id: "fold.here",
      title: "Fold",
      group: "Reading",
      // The second is what a keyboard types for the first.
      keys: ["Ctrl+Shift+[", "Ctrl+{"],
      icon: "chevr",
      when: foldable,
      run: () => fold()?.here(),
    },
    {
      id: "fold.open",
      title: "Unfold",
      group: "Reading",
      keys: ["Ctrl+Shift+]", "Ctrl+}"],
      icon: "chevd",
      when: foldable,
      run: () => fold()?.openHere(),
    },
    {
      id: "fold.all",
      title: "Fold everything",
      group: "Reading",
      icon: "chevr",
      when: foldable,
      run: () => fold()?.all(),
    },
    {
      id: "fold.openAll",
      title: "Unfold everything",
      group: "Reading",
      icon: "chevd",
      when: foldable,
      run: () => fold()?.openAll(),
    },
    {
      id: "change.next",
      title: "Next change in the file",
      group: "Reading",
      keys: ["Alt+F3"],
      icon: "down",
      when: () => withText() && changes().length > 0,
      run: toChange(1),
    },
    {
      id: "change.previous",
      title: "Previous change in the file",
      group: "Reading",
      keys: ["Shift+Alt+F3"],
      icon: "up",
      when: () => withText() && changes().length > 0,
      run: toChange(-1),
    },
    {
      id: "blame.turn",
      title: "Show who wrote which lines",
      group: "History",
      keys: ["Ctrl+Alt+B"],
      icon: "branch",
      when: withText,
      run: () => reading.front.blame.turn(),
    },
    {
      id: "blame.line",
      title: "Show the commit of this line",
      group: "History",
      icon: "branch",
      when: () => withText() && reading.front.blame.blame !== null,
      run: () => reading.front.current?.showBlame?.(reading.cursor.line),
    },
    {
      id: "reader.history",
      title: "History of the file",
      group: "History",
      icon: "clock",
      when: withFile,
      run: () => askHistory({ path: pathOf(reading.shown?.path ?? "") }),
    },
    {
      id: "reader.copyLink",
      title: "Copy a link to these lines",
      group: "Reading",
      keys: ["Ctrl+Alt+C"],
      icon: "link",
      when: withFile,
      run: () => copyPermalink(reading.front),
    },
    {
      id: "reader.copyPath",
      title: "Copy the path of the file",
      group: "Files",
      icon: "copy",
      when: withFile,
      run: () => copyPath(reading.front),
    },
    {
      id: "reader.editor",
      title: "Open the file in my editor",
      group: "Files",
      keys: ["Ctrl+Alt+E"],
      icon: "ext",
      when: withFile,
      detail: () => (stateOf(reading.shown?.path ?? "") === null ? "" : "As the folder has it now"),
      run: () => openInEditor(reading.front),
    },
    {
      id: "reader.whitespace",
      title: "Show spaces and tabs",
      group: "Reading",
      icon: "eye",
      when: here,
      run: () => changeSettings({ show_whitespace: !settings.current.show_whitespace }),
    },
    {
      id: "split.open",
      title: "Open to the side",
      group: "Reading",
      keys: ["Ctrl+\\"],
      icon: "cols",
      when: () => here() && reading.file !== null,
      detail: () => (reading.wide ? "" : "Needs a wider window"),
      run: aside,
    },
    {
      id: "split.close",
      title: "Close the pane beside",
      group: "Reading",
      icon: "x",
      when: () => here() && reading.split,
      run: () => reading.closeSide(),
    },
    {
      id: "split.together",
      title: "Scroll both panes together",
      group: "Reading",
      icon: "link",
      when: () => here() && reading.split && reading.sameFile,
      run: () => reading.setTogether(!reading.together),
    },
  ];
}
