// What can be done with a session: stopping, removing, links, the browser.
import { backend, type Preview } from "$lib/ipc";
import { toast } from "$lib/ui/toasts.svelte";
import { note } from "./follow.svelte";
import { previewsOf } from "./sessions.svelte";
import { tell } from "./start";

async function attempt(preview: Preview, work: () => Promise<void>): Promise<void> {
  const list = previewsOf(preview.project_id);
  if (list.busy.has(preview.id)) return;
  list.busy.add(preview.id);
  list.problem = null;
  try {
    await work();
  } catch (thrown) {
    tell(list, thrown);
  } finally {
    list.busy.delete(preview.id);
  }
}

/** Ends a session; its link is dead when this is done. */
export const stop = (preview: Preview) =>
  attempt(preview, async () => {
    note(await backend().stopPreview(preview.id));
    toast({ text: `Stopped ${inSentence(preview)}` });
  });

/** Takes an ended session off the list; Undo puts it back. */
export const remove = (preview: Preview) =>
  attempt(preview, async () => {
    const list = previewsOf(preview.project_id);
    await backend().removePreview(preview.id, false);
    list.drop(preview.id);
    toast({
      text: `Removed ${inSentence(preview)}`,
      undo: async () => {
        await backend().removePreview(preview.id, true);
        await list.bringBack(preview.id);
      },
    });
  });

export const openInBrowser = (preview: Preview) =>
  attempt(preview, async () => {
    await backend().openPreviewInBrowser(preview.id);
  });

/** Copies a link that opens the preview once. */
export const copyLink = (preview: Preview) =>
  attempt(preview, async () => {
    await writeLater(backend().previewLink(preview.id, "copy"));
    toast({ text: "Link copied", hint: "It opens the preview once, within the next ten minutes." });
  });

/** WebKit lets only what began with the click write to the clipboard, so the text is handed over as a promise. */
async function writeLater(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "undefined") return navigator.clipboard.writeText(await text);
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
  const written = navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  // Why there was no link says more than that nothing was written.
  await Promise.all([text, written]);
}

/** "the dev server", "the snapshot of v41". */
const inSentence = (preview: Preview) =>
  `the ${preview.title.charAt(0).toLowerCase()}${preview.title.slice(1)}`;
