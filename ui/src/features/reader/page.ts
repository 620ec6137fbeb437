// Brings a rendered page to life: its images come from the project, its links can be reached by keyboard.
import { projectImageUrl } from "./blobs";

/** Returns what lets go of the page's images. */
export function enliven(page: HTMLElement, projectId: string): () => void {
  const urls: string[] = [];
  let gone = false;
  for (const image of page.querySelectorAll<HTMLImageElement>("img[data-project-path]")) {
    projectImageUrl(projectId, image.dataset.projectPath ?? "").then(
      (url) => {
        if (gone) return URL.revokeObjectURL(url);
        urls.push(url);
        image.src = url;
      },
      () => image.replaceWith(missing(image.alt)),
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

function missing(words: string): HTMLElement {
  return Object.assign(document.createElement("em"), { textContent: words || "Missing image" });
}
