// The commands of the threads screen and their keys.
import { route, showThreads } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import type { Command } from "$lib/keys/commands.svelte";
import { readAll, setAllRead, setAllResolved } from "./actions";
import { asked, askExchange } from "./asked.svelte";
import { plainChoice, type Choice } from "./filter";
import { openCurrent } from "./open";
import { threadsOf, type ThreadList } from "./threadList.svelte";
import { totalsOf } from "./totals.svelte";

const open = () => openedProject() !== undefined && (route.overlay === null || route.overlay === "palette");
const here = () => open() && route.screen === "threads";

function list(): ThreadList | undefined {
  const project = openedProject();
  return project && threadsOf(project.id);
}
const current = () => {
  const threads = list();
  return threads?.current === null || !threads ? undefined : threads.row(threads.current);
};

/** Shows the screen with this choice and nothing else left out. */
function showOnly(choice: Partial<Choice>): void {
  list()?.choose({ ...plainChoice, ...choice });
  asked.focus += 1;
  showThreads();
}

const only = (id: string, title: string, choice: Partial<Choice>, when: () => boolean = open): Command => ({
  id: `threads.${id}`,
  title,
  group: "Threads",
  icon: "msg",
  when,
  run: () => showOnly(choice),
});

/** Acts on the thread beside the list, or on those that are marked. */
const onThread = (
  id: string,
  title: string,
  keys: string[],
  icon: Command["icon"],
  run: (threads: ThreadList) => void | Promise<void>,
): Command => ({
  id: `threads.${id}`,
  title,
  group: "Threads",
  keys,
  scope: "threads",
  ...(icon ? { icon } : {}),
  when: () => here() && (list()?.current ?? null) !== null,
  run: () => {
    const threads = list();
    return threads ? run(threads) : undefined;
  },
});

const known = () => totalsOf(route.projectId);

export const threadScreenCommands: readonly Command[] = [
  {
    id: "threads.show",
    title: "Show threads",
    group: "Threads",
    icon: "msg",
    when: open,
    detail: () => {
      const all = known();
      return all ? `${all.open} open` : "";
    },
    run: () => {
      asked.focus += 1;
      showThreads();
    },
  },
  only("ofFile", "Show threads of this file", { ofFile: true }, () => open() && list()?.path !== null),
  only("review", "Show threads that need review", { states: ["NEEDS_REVIEW"] }),
  only("outdated", "Show outdated threads", { states: ["OUTDATED"] }),
  only("unread", "Show unread threads", { unread: true, resolved: "all" }),
  only("mine", "Show my threads", { author: "me" }),
  only("ai", "Show threads by AI", { author: "ai" }),
  {
    id: "threads.readAll",
    title: "Mark all threads as read",
    group: "Threads",
    icon: "check",
    when: () => open() && (known()?.unread ?? 0) > 0,
    run: () => {
      const threads = list();
      return threads ? readAll(threads) : undefined;
    },
  },
  {
    id: "threads.export",
    title: "Export threads…",
    group: "Threads",
    icon: "ext",
    when: () => open() && (known()?.all ?? 0) > 0,
    run: () => askExchange("export"),
  },
  {
    id: "threads.import",
    title: "Import threads…",
    group: "Threads",
    icon: "down",
    when: open,
    run: () => askExchange("import"),
  },
  onThread("next", "Next thread in the list", ["J"], "down", (threads) => threads.step(1)),
  onThread("previous", "Previous thread in the list", ["K"], "up", (threads) => threads.step(-1)),
  onThread("resolve", "Resolve or reopen in the list", ["R"], "check", (threads) => {
    const ids = threads.meant();
    const resolved = !ids.every((id) => threads.row(id)?.resolved ?? false);
    return setAllResolved(threads, ids, resolved);
  }),
  onThread("unreadAgain", "Mark the thread as unread or read", ["U"], "dot", (threads) => {
    const ids = threads.meant();
    return setAllRead(
      threads,
      ids,
      ids.some((id) => threads.row(id)?.unread ?? false),
    );
  }),
  onThread("edit", "Edit my comment in the thread", ["E"], "pencil", (threads) => {
    threads.asksToEdit += 1;
  }),
  {
    id: "threads.open",
    title: "Open the thread in its file",
    group: "Threads",
    keys: ["Enter"],
    hidden: true,
    scope: "threads",
    icon: "read",
    when: () => here() && current() !== undefined,
  },
  {
    id: "threads.openCurrent",
    title: "Show the thread in its code",
    group: "Threads",
    icon: "read",
    when: () => here() && current() !== undefined,
    run: () => {
      const threads = list();
      return threads ? openCurrent(threads) : undefined;
    },
  },
];
