// The commands of the reading screen and their keys.
import { changeSettings, settings } from "$features/settings/settings.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import type { Reading } from "./reading.svelte";

/** What the commands need of the screen around the reader. */
export interface ReadingScreen {
  /** Whether the screen is in front. */
  inFront(): boolean;
  focusFiles(): void;
  showOutline(): void;
  showGoTo(): void;
  revealCurrent(): void;
  compare(): void;
  restore(): void;
  /** Whether a version or a commit is being read. */
  isPast(): boolean;
}

export function readingCommands(reading: Reading, screen: ReadingScreen): Command[] {
  const here = () => screen.inFront();
  const withFile = () => here() && reading.shown !== null;
  const kind = () => reading.shown?.content?.kind;
  const withText = () => here() && ["text", "paged", "markdown"].includes(kind() ?? "");
  const finding = () => here() && reading.find.open;
  const from = () => ({
    line: reading.cursor.line,
    column: Math.max(0, reading.cursor.column - reading.cursor.selected),
  });
  const flip = (key: "case_sensitive" | "word" | "regex") => () =>
    reading.find.change({ [key]: !reading.find.options[key] }, from());

  return [
    {
      id: "reader.find",
      title: "Find in file",
      group: "Reading",
      keys: ["Ctrl+F"],
      icon: "search",
      when: withText,
      run: () => reading.front.showFind(),
    },
    {
      id: "reader.findNext",
      title: "Next match",
      group: "Reading",
      keys: ["F4"],
      icon: "down",
      when: finding,
      run: () => reading.find.step(1),
    },
    {
      id: "reader.findPrevious",
      title: "Previous match",
      group: "Reading",
      keys: ["Shift+F4"],
      icon: "up",
      when: finding,
      run: () => reading.find.step(-1),
    },
    {
      id: "reader.findCase",
      title: "Find: match case",
      group: "Reading",
      keys: ["Alt+C"],
      icon: "search",
      when: finding,
      run: flip("case_sensitive"),
    },
    {
      id: "reader.findWord",
      title: "Find: whole words",
      group: "Reading",
      keys: ["Alt+W"],
      icon: "search",
      when: finding,
      run: flip("word"),
    },
    {
      id: "reader.findPattern",
      title: "Find: pattern",
      group: "Reading",
      keys: ["Alt+R"],
      icon: "search",
      when: finding,
      run: flip("regex"),
    },
    {
      id: "reader.goToLine",
      title: "Go to line",
      group: "Reading",
      keys: ["Ctrl+G"],
      icon: "right",
      when: () => withText() || (here() && kind() === "binary"),
      run: () => screen.showGoTo(),
    },
    {
      id: "reader.outline",
      title: "Outline of the file",
      group: "Reading",
      keys: ["Ctrl+Shift+O"],
      icon: "rows",
      when: here,
      run: () => screen.showOutline(),
    },
    {
      id: "reader.wrap",
      title: "Wrap long lines",
      group: "Reading",
      keys: ["Alt+Z"],
      icon: "rows",
      when: here,
      run: () => changeSettings({ soft_wrap: !settings.current.soft_wrap }),
    },
    {
      id: "reader.turn",
      title: "Turn between page and source",
      group: "Reading",
      icon: "swap",
      when: withFile,
      run: () => reading.front.turn(),
    },
    {
      id: "reader.compare",
      title: "Compare the file with a version",
      group: "Reading",
      keys: ["Ctrl+D"],
      icon: "cols",
      when: () => here() && reading.file !== null,
      run: () => screen.compare(),
    },
    {
      id: "reader.folder",
      title: "Back to the folder",
      group: "Reading",
      icon: "undo",
      when: () => here() && screen.isPast(),
      run: () => reading.backToFolder(),
    },
    {
      id: "reader.restore",
      title: "Restore this file from the version",
      group: "Reading",
      icon: "undo",
      when: () => here() && reading.version !== null && reading.shown?.opened != null,
      run: () => screen.restore(),
    },
    {
      id: "reader.back",
      title: "Back",
      group: "Reading",
      keys: ["Alt+Left"],
      icon: "undo",
      when: () => here() && reading.front.canGoBack,
      run: () => reading.back(),
    },
    {
      id: "reader.forward",
      title: "Forward",
      group: "Reading",
      keys: ["Alt+Right"],
      icon: "right",
      when: () => here() && reading.front.canGoForward,
      run: () => reading.forward(),
    },
    {
      id: "files.focus",
      title: "Go to the files",
      group: "Files",
      keys: ["Ctrl+Shift+E"],
      icon: "folder",
      when: here,
      run: () => screen.focusFiles(),
    },
    {
      id: "files.reveal",
      title: "Show the open file in the tree",
      group: "Files",
      icon: "folder",
      when: withFile,
      run: () => screen.revealCurrent(),
    },
    {
      id: "files.collapse",
      title: "Collapse all folders",
      group: "Files",
      icon: "folder",
      when: here,
      run: () => reading.tree.collapseAll(),
    },
    {
      id: "files.refresh",
      title: "Read the folder again",
      group: "Files",
      icon: "refresh",
      when: here,
      run: () => reading.tree.refresh(),
    },
    {
      id: "files.changed",
      title: "Show changed files only",
      group: "Files",
      icon: "filter",
      when: here,
      run: () => reading.tree.setOnlyChanged(!reading.tree.filtered),
    },
    {
      id: "tab.close",
      title: "Close the file",
      group: "Files",
      keys: ["Ctrl+W"],
      icon: "x",
      when: () => here() && reading.file !== null,
      run: () => reading.close(),
    },
    {
      id: "tab.reopen",
      title: "Reopen the last closed file",
      group: "Files",
      keys: ["Ctrl+Shift+T"],
      icon: "undo",
      when: () => here() && reading.tabs.closed.length > 0,
      run: () => reading.reopen(),
    },
    {
      id: "tab.next",
      title: "Next file",
      group: "Files",
      keys: ["Ctrl+Tab", "Ctrl+PageDown"],
      icon: "right",
      when: () => here() && reading.tabs.open.length > 1,
      run: () => reading.cycle(1),
    },
    {
      id: "tab.previous",
      title: "Previous file",
      group: "Files",
      keys: ["Ctrl+Shift+Tab", "Ctrl+PageUp"],
      icon: "right",
      when: () => here() && reading.tabs.open.length > 1,
      run: () => reading.cycle(-1),
    },
    {
      id: "tab.pin",
      title: "Keep the file open",
      group: "Files",
      icon: "anchor",
      when: withFile,
      run: () => reading.pin(reading.tabs.active ?? ""),
    },
  ];
}
