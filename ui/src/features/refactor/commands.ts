// The commands of refactor jobs and their keys. None is offered before the shell answered for them.
import { route, showRefactor } from "$features/frame/route.svelte";
import { readerSlot } from "$features/frame/reader-slot.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import type { ProjectCard } from "$lib/ipc";
import type { Command } from "$lib/keys/commands.svelte";
import { asked } from "./asked.svelte";
import { askInPlace, nameInFront } from "./asking";
import { refactors } from "./refactors.svelte";

const clear = () => route.overlay === null || route.overlay === "palette";
const ready = () => refactors.available && openedProject() !== undefined && clear();
const withProject = (run: (project: ProjectCard) => void) => () => {
  const project = openedProject();
  if (project) run(project);
};

/** The entry of the tree that has the focus, else the file in front of the reader. */
function fileMeant(): string | null {
  if (route.screen !== "workspace" || readerSlot.version !== null) return null;
  const row = document.activeElement?.closest<HTMLElement>('[data-pane="files"] [data-path]');
  return row?.dataset.path ?? readerSlot.recent?.()[0] ?? null;
}

/** What is selected, if it is one line of text. */
function selectedWords(): string {
  const text = document.getSelection()?.toString() ?? "";
  return text.includes("\n") || text.length > 400 ? "" : text.trim();
}

export const refactorCommands: readonly Command[] = [
  {
    id: "refactor.show",
    title: "Show refactor jobs",
    group: "Refactor",
    icon: "refactor",
    when: ready,
    run: withProject((project) => {
      refactors.close(project.id);
      asked.focus += 1;
      showRefactor();
    }),
  },
  {
    id: "refactor.move",
    title: "Rename or move file…",
    group: "Refactor",
    keys: ["F2"],
    scope: "files",
    icon: "file",
    when: () => ready() && fileMeant() !== null,
    detail: () => fileMeant() ?? "",
    run: withProject(({ id }) => {
      const path = fileMeant();
      if (path !== null) asked.question = { kind: "move", projectId: id, path };
    }),
  },
  {
    id: "refactor.rename",
    title: "Rename symbol…",
    group: "Refactor",
    keys: ["F2"],
    icon: "pencil",
    when: () => ready() && route.screen === "workspace" && nameInFront() !== null,
    detail: () => nameInFront()?.word ?? "",
    run: () => {
      const at = nameInFront();
      if (at) askInPlace(at);
    },
  },
  {
    id: "refactor.replace",
    title: "Replace across files…",
    group: "Refactor",
    keys: ["Ctrl+Shift+H"],
    icon: "swap",
    when: ready,
    run: withProject(({ id }) => {
      const query = route.overlay === null ? selectedWords() : "";
      asked.question = { kind: "replace", projectId: id, query };
    }),
  },
  {
    id: "refactor.pattern",
    title: "Replace by pattern…",
    group: "Refactor",
    icon: "swap",
    when: ready,
    detail: () => "Code of a shape, $A for any part",
    run: withProject(({ id }) => {
      asked.question = { kind: "pattern", projectId: id };
    }),
  },
  {
    id: "refactor.patch",
    title: "Import a patch…",
    group: "Refactor",
    icon: "down",
    when: ready,
    detail: () => "As git or diff writes it",
    run: withProject(({ id }) => {
      asked.question = { kind: "patch", projectId: id };
    }),
  },
];
