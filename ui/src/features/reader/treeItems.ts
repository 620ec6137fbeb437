// What can be done with an entry of the tree.
import { askHistory } from "$features/history/asked.svelte";
import { isFolder } from "$features/files/tree";
import { ask } from "$features/jobs/asking";
import { asked } from "$features/refactor/asked.svelte";
import { refactors } from "$features/refactor/refactors.svelte";
import { shownPath } from "$features/files/paths";
import { copyText } from "$features/versions/versionActions";
import { backend, type TreeEntry } from "$lib/ipc";
import type { MenuItem } from "$lib/ui/menuItem";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { keyOf } from "./fileKey";
import type { Reading } from "./reading.svelte";
import { openPathInEditor } from "./textActions";

export function treeItems(reading: Reading, entry: TreeEntry): MenuItem[] {
  const { path } = entry;
  const { id } = reading.project;
  const ofFile: MenuItem[] = isFolder(entry)
    ? []
    : [
        { label: "Open", icon: "file", run: () => void reading.open(path, { pin: true, focus: true }) },
        {
          label: "Open to the side",
          icon: "cols",
          disabled: !reading.wide,
          ...(reading.wide ? {} : { detail: "Needs a window of 1,180 pixels" }),
          run: () => void reading.openAside(keyOf(path, reading.version)),
        },
        { label: "Open in my editor", icon: "ext", run: () => void openPathInEditor(id, path) },
      ];
  return [
    ...ofFile,
    {
      label: "Copy path",
      icon: "copy",
      separated: ofFile.length > 0,
      run: () => void copyText(shownPath(path), "Path copied"),
    },
    {
      label: isFolder(entry) ? "History of this folder" : "History of this file",
      icon: "clock",
      run: () => askHistory({ path }),
    },
    {
      label: isFolder(entry) ? "Write docs for this folder" : "Write docs for this file",
      icon: "jobs",
      run: () => void ask(id, "DOCS", { kind: isFolder(entry) ? "FOLDER" : "FILE", path }, reading.version),
    },
    ...(refactors.available && reading.version === null
      ? [
          {
            label: "Rename or move…",
            icon: "pencil" as const,
            chord: "F2",
            run: () => {
              asked.question = { kind: "move", projectId: id, path };
            },
          },
        ]
      : []),
    {
      label: "Show in the file manager",
      icon: "folder",
      run: () => void backend().revealFile(id, path).catch(toastFailure),
    },
  ];
}
