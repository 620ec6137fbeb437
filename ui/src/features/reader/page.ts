// Brings a rendered page to life: its images come from the project, its links can be reached by keyboard.
import { toFailure, type OpenedFile, type Side } from "$lib/ipc";
import { projectImageUrl } from "./blobs";
import { stateLabel } from "./fileKey";

/** The state of the project that a file was opened from. */
export function sideOf({ from_version: version, from_commit: commit }: OpenedFile): Side {
  if (version !== null) return { kind: "version", version };
  return commit === null ? { kind: "working_tree" } : { kind: "commit", commit };
}

function placeOf(side: Side): string {
  if (side.kind === "version") return stateLabel(side.version);
  return side.kind === "commit" ? `commit ${stateLabel(side.commit)}` : "this folder";
}

/** `side` is the state that the page is of: its images are of the same. Returns what lets go of them. */
export function enliven(page: HTMLElement, projectId: string, side: Side): () => void {
  const urls: string[] = [];
  let gone = false;
  for (const image of page.querySelectorAll<HTMLImageElement>("img")) {
    const path = image.dataset.projectPath;
    if (path === undefined) {
      image.replaceWith(absent("image on the web, not loaded", image.alt));
      continue;
    }
    const words = image.alt || path;
    image.addEventListener("error", () => image.replaceWith(absent("image can't be shown", words)));
    projectImageUrl(projectId, path, side).then(
      (url) => {
        if (gone) return URL.revokeObjectURL(url);
        urls.push(url);
        image.src = url;
      },
      (thrown: unknown) => {
        const away = /^(FILE|FOLDER)_MISSING|OUTSIDE|NOT_A_/.test(toFailure(thrown).code);
        const why = away ? `image not in ${placeOf(side)}` : "image can't be shown";
        image.replaceWith(absent(why, words));
      },
    );
  }
  // A link into the project comes without an address; with one it can be reached by keyboard.
  for (const link of page.querySelectorAll("a[data-project-path]")) link.setAttribute("href", "#");
  // What scrolls sideways must be reachable, too.
  for (const wide of page.querySelectorAll("table, pre")) wide.setAttribute("tabindex", "0");
  return () => {
    gone = true;
    for (const url of urls) URL.revokeObjectURL(url);
  };
}

/** A small box in place of an image: why it isn't there, and its words. */
function absent(why: string, words: string): HTMLElement {
  const text = words ? `${why}: ${words}` : why;
  return Object.assign(document.createElement("span"), { className: "absent", textContent: text });
}
