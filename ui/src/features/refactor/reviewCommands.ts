// The commands of a review and their keys.
import type { RefactorJob } from "$lib/ipc";
import type { Command } from "$lib/keys/commands.svelte";
import { undoableToast } from "$lib/ui/toasts.svelte";
import {
  apply,
  cancel,
  compare,
  copyPatch,
  discard,
  exportPatch,
  hindrance,
  isApplying,
  lookAgain,
  read,
  takeBack,
} from "./actions";
import { hasProposal, isWorking } from "./refactors.svelte";
import type { Review } from "./review.svelte";

export interface ReviewScreen {
  here: () => boolean;
  job: () => RefactorJob | undefined;
  /** The review that is open. */
  review: () => Review | null;
  /** Focuses the hunk that the keyboard is at. */
  focus: () => void;
  /** From the list into the review, and back. */
  enter: () => void;
  back: () => void;
}

export function reviewCommands(screen: ReviewScreen): Command[] {
  const { here, job, review } = screen;
  const open = () => here() && review()?.proposal != null;
  const status = (...wanted: RefactorJob["status"][]) => {
    const found = job();
    return here() && found !== undefined && wanted.includes(found.status);
  };
  const withJob = (run: (job: RefactorJob) => unknown) => () => {
    const found = job();
    if (found) run(found);
  };
  const step = (by: 1 | -1) => () => {
    if (review()?.step(by)) screen.focus();
  };
  const group = "Refactor";
  const scope = "refactor";

  return [
    {
      id: "refactor.next",
      title: "Next change",
      group,
      scope,
      keys: ["J", "N"],
      icon: "down",
      when: open,
      run: step(1),
    },
    {
      id: "refactor.previous",
      title: "Previous change",
      group,
      scope,
      keys: ["K", "P"],
      icon: "up",
      when: open,
      run: step(-1),
    },
    {
      id: "refactor.toggle",
      title: "Include or leave out the change",
      group,
      scope,
      keys: ["Space"],
      icon: "check",
      // A button that has the focus keeps its space bar.
      when: () =>
        open() && status("PROPOSED") && !document.activeElement?.closest("button, a, [role=treeitem]"),
      run: () => {
        const block = review()?.current;
        if (block) review()?.toggle(review()?.idsOf(block) ?? []);
      },
    },
    {
      id: "refactor.read",
      title: "Open the change in the reader",
      group,
      scope,
      keys: ["Enter"],
      icon: "ext",
      when: () => open() && !document.activeElement?.closest("button, a, [role=treeitem]"),
      run: () => {
        const block = review()?.current;
        if (block?.kind === "hunk") read(block.file.path, block.place.line);
      },
    },
    {
      id: "refactor.apply",
      title: "Apply the changes",
      group,
      scope,
      keys: ["A", "Ctrl+Shift+Enter"],
      icon: "check",
      when: () => {
        const [found, made] = [job(), review()];
        return open() && found !== undefined && made !== null && hindrance(found, made) === null;
      },
      run: () => {
        const [found, made] = [job(), review()];
        if (found && made) void apply(found, made);
      },
    },
    {
      id: "refactor.check",
      title: "Check the changes with the project’s command",
      group,
      scope,
      keys: ["C"],
      icon: "check",
      when: () => open() && status("PROPOSED") && review()?.checking.run?.state !== "RUNNING",
      run: () => void review()?.checking.start(),
    },
    {
      id: "refactor.stopCheck",
      title: "Cancel the check",
      group,
      keys: ["Ctrl+."],
      icon: "stop",
      when: () => open() && review()?.checking.run?.state === "RUNNING",
      run: () => review()?.checking.cancel(),
    },
    {
      id: "refactor.undo",
      title: "Take back what was applied",
      group,
      keys: ["Ctrl+Z"],
      yieldsToText: true,
      icon: "undo",
      when: () => {
        const found = job();
        // Pressed while it is written, it is meant for that.
        const under = found !== undefined && here() && isApplying(found);
        return (status("APPLIED") || under) && undoableToast() === undefined;
      },
      detail: () => job()?.title ?? "",
      run: withJob(takeBack),
    },
    {
      id: "refactor.redo",
      title: "Apply again what was taken back",
      group,
      icon: "refresh",
      when: () => status("UNDONE"),
      detail: () => job()?.title ?? "",
      run: withJob(takeBack),
    },
    {
      id: "refactor.again",
      title: "Look for the places again",
      group,
      icon: "refresh",
      when: () => status("PROPOSED", "FAILED", "DISCARDED"),
      run: withJob(lookAgain),
    },
    {
      id: "refactor.discard",
      title: "Discard the changes",
      group,
      icon: "x",
      when: () => status("PROPOSED"),
      run: withJob(discard),
    },
    {
      id: "refactor.copyPatch",
      title: "Copy the changes as a patch",
      group,
      icon: "copy",
      when: () => {
        const found = job();
        return here() && found !== undefined && hasProposal(found);
      },
      run: withJob((found) => copyPatch(found, review())),
    },
    {
      id: "refactor.exportPatch",
      title: "Export the changes as a patch…",
      group,
      icon: "ext",
      when: () => {
        const found = job();
        return here() && found !== undefined && hasProposal(found);
      },
      run: withJob((found) => exportPatch(found, review())),
    },
    {
      id: "refactor.compare",
      title: "Compare with the folder before",
      group,
      icon: "cols",
      when: () => status("APPLIED") && job()?.applied != null,
      run: withJob(compare),
    },
    {
      id: "refactor.cancel",
      title: "Cancel the refactor job",
      group,
      keys: ["Ctrl+."],
      icon: "stop",
      when: () => {
        const found = job();
        return here() && found !== undefined && isWorking(found);
      },
      run: withJob(cancel),
    },
    {
      id: "refactor.back",
      title: "Back to the list of refactor jobs",
      group,
      scope,
      keys: ["Esc"],
      icon: "rows",
      when: () => here() && review() !== null,
      run: screen.back,
    },
  ];
}
