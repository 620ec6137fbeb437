// The commands about threads in the reader, and their keys.
import type { Reading } from "$features/reader/reading.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import { copyLink, deleteThread, setResolved } from "./actions";
import { aroundOf, editComment, ownLatest } from "./menu";
import { besideThread, focusedThread, meantThread } from "./walk";
import { beginProjectThread, beginReply, beginThread, placeIn, selectedPlace } from "./writing";

export function threadCommands(reading: Reading, inFront: () => boolean): Command[] {
  const pane = () => reading.front;
  const withFile = () => inFront() && reading.shown?.opened != null;
  const withThreads = () => withFile() && pane().threads.list.length > 0;
  const meant = () => (withThreads() ? meantThread(pane()) : undefined);
  const step = (by: 1 | -1) => () => {
    const next = besideThread(pane(), by);
    if (next) pane().goToThread(next.thread.id);
  };
  const foldAll = (folded: boolean) => () => {
    for (const { thread } of pane().threads.list) reading.threadView.fold(thread, folded);
  };

  return [
    {
      id: "thread.comment",
      title: "Comment on the selected lines",
      group: "Threads",
      keys: ["C"],
      scope: "reader",
      icon: "msg",
      when: withFile,
      run: () => {
        const focused = focusedThread(pane());
        if (focused) beginReply(pane(), focused.thread);
        else beginThread(pane(), selectedPlace(pane()));
      },
    },
    {
      id: "thread.file",
      title: "Comment on this file",
      group: "Threads",
      icon: "file",
      when: withFile,
      run: () => void beginThread(pane(), placeIn(pane(), 0, 0)),
    },
    {
      id: "thread.project",
      title: "Comment on the project",
      group: "Threads",
      icon: "msg",
      when: inFront,
      run: () => beginProjectThread(pane()),
    },
    {
      id: "thread.next",
      title: "Next thread",
      group: "Threads",
      keys: ["J"],
      scope: "reader",
      icon: "down",
      when: withThreads,
      run: step(1),
    },
    {
      id: "thread.previous",
      title: "Previous thread",
      group: "Threads",
      keys: ["K"],
      scope: "reader",
      icon: "up",
      when: withThreads,
      run: step(-1),
    },
    {
      id: "thread.resolve",
      title: "Resolve or reopen the thread",
      group: "Threads",
      keys: ["R"],
      scope: "reader",
      icon: "check",
      when: () => meant() !== undefined,
      run: async () => {
        const here = meant();
        if (!here) return;
        const { thread } = here;
        const hadFocus = focusedThread(pane()) !== undefined;
        await setResolved(aroundOf(pane()), thread, !thread.resolved);
        // Folded or unfolded by that, it is still where one is.
        if (hadFocus) pane().threads.wanted = thread.id;
      },
    },
    {
      id: "thread.edit",
      title: "Edit my comment",
      group: "Threads",
      keys: ["E"],
      scope: "reader",
      icon: "pencil",
      when: () => {
        const here = meant();
        return here !== undefined && ownLatest(here.thread) !== undefined;
      },
      run: () => {
        const here = meant();
        const own = here && ownLatest(here.thread);
        if (!here || !own) return;
        reading.threadView.fold(here.thread, false);
        editComment(pane(), own);
        pane().threads.reveal(here.thread.id);
      },
    },
    {
      id: "thread.copyLink",
      title: "Copy a link to the thread",
      group: "Threads",
      icon: "link",
      when: () => meant() !== undefined,
      run: async () => {
        const here = meant();
        if (here) await copyLink(here.thread);
      },
    },
    {
      id: "thread.delete",
      title: "Delete the thread",
      group: "Threads",
      icon: "x",
      when: () => meant() !== undefined,
      run: async () => {
        const here = meant();
        if (here) await deleteThread(aroundOf(pane()), here.thread);
      },
    },
    {
      id: "thread.foldAll",
      title: "Fold all threads of the file",
      group: "Threads",
      icon: "chevr",
      when: withThreads,
      run: foldAll(true),
    },
    {
      id: "thread.openAll",
      title: "Unfold all threads of the file",
      group: "Threads",
      icon: "chevd",
      when: withThreads,
      run: foldAll(false),
    },
    {
      id: "thread.resolved",
      title: "Show or hide resolved threads",
      group: "Threads",
      icon: "eye",
      when: inFront,
      run: () => reading.threadView.turnResolved(),
    },
    {
      id: "thread.list",
      title: "Threads in this file",
      group: "Threads",
      icon: "rows",
      when: inFront,
      run: () => reading.showThreads(),
    },
  ];
}
