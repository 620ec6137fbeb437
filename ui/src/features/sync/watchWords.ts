// What the window says about a folder being watched.
import { count } from "$lib/format/numbers";
import type { WatchState } from "$lib/ipc";
import type { IconName } from "$lib/ui/icons";

export interface WatchWords {
  label: string;
  /** What it means, and what to do. */
  detail: string;
  icon: IconName;
  tone: "plain" | "warn";
}

export function watchWords(watch: WatchState): WatchWords {
  const failure = watch.failure ? `${watch.failure.message} ${watch.failure.hint ?? ""}`.trim() : "";
  switch (watch.kind) {
    case "watching":
      return {
        label: "Watching",
        detail: "Changes in this folder are recorded by themselves.",
        icon: "eye",
        tone: "plain",
      };
    case "starting":
      return {
        label: "Starting to watch",
        detail: "Reading the folder's directories.",
        icon: "eye",
        tone: "plain",
      };
    case "partial":
      return {
        label: `Watching ${count(watch.watched)} of ${count(watch.directories)} folders`,
        detail: failure || "The rest is looked at when the window comes to the front.",
        icon: "warn",
        tone: "warn",
      };
    case "unavailable":
      return {
        label: "Not watching",
        detail: failure || "The folder is looked at when the window comes to the front.",
        icon: "warn",
        tone: "warn",
      };
    case "off":
      return {
        label: "Watching is off",
        detail: "Sync by hand, or turn watching on in the project's settings.",
        icon: "eyeoff",
        tone: "plain",
      };
  }
}
