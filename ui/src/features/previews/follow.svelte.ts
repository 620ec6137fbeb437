// Keeps what is shown of previews true by what the shell says, and tells what happens out of sight.
import { route, showPreviews } from "$features/frame/route.svelte";
import { openProject, projectById } from "$features/projects/projects.svelte";
import { backend, type Preview } from "$lib/ipc";
import { dismissToast, toast, toastFailure } from "$lib/ui/toasts.svelte";
import { asked } from "./asked.svelte";
import { allPreviews, previewsOf, resetPreviews } from "./sessions.svelte";
import { hasFailed, leftOf, span } from "./words";

/** What is opened as soon as it is ready, and beside which session. */
const wanted = new Map<string, string | null>();
/** Starts whose answer isn't there yet: what gets ready meanwhile may be theirs. */
let starting = 0;
const early: Preview[] = [];
/** The messages that an end is near, by session. */
const announced = new Map<string, number>();

/** Listens until the returned function is called; then everything of the user is forgotten. */
export function followPreviews(): () => void {
  const listening = [
    backend().onPreviewChanged(note),
    backend().onPreviewSaid(({ id, page }) => {
      for (const list of allPreviews()) list.knownLog(id)?.heard(page);
    }),
  ];
  return () => {
    for (const one of listening) void one.then((stop) => stop());
    wanted.clear();
    announced.clear();
    early.length = 0;
    asked.trust = null;
    resetPreviews();
  };
}

/** Takes over a session as it is now, and does or says what follows from that. */
export function note(preview: Preview): void {
  const before = previewsOf(preview.project_id).put(preview);
  if (preview.ends_soon && !before?.ends_soon) tellSoon(preview);
  else if (!preview.ends_soon) takeBack(preview.id);
  if (before?.status === preview.status) return;
  if (preview.status === "READY") {
    if (starting > 0 && !wanted.has(preview.id)) early.push(preview);
    else becameReady(preview);
  } else if (preview.status === "EXPIRED") {
    wanted.delete(preview.id);
    if (before && hasFailed(preview)) tellFailed(preview);
  }
}

/** Runs a start; the session it makes opens by itself when it is ready, beside another one if that is named. */
export async function noteStarted(
  start: () => Promise<Preview>,
  opens: { beside: string | null } | null,
): Promise<Preview> {
  starting += 1;
  try {
    const started = await start();
    const list = previewsOf(started.project_id);
    // The answer may be older than an event.
    const running = list.find(started.id)?.status === "READY" || started.status === "READY";
    list.put(started);
    list.choose(started.id);
    const mine = early.findIndex(({ id }) => id === started.id);
    if (mine >= 0) early.splice(mine, 1);
    if (running && opens) void openPreview(started, opens.beside);
    else if (running) becameReady(started);
    else if (opens && list.find(started.id)?.status === "PENDING") wanted.set(started.id, opens.beside);
    return started;
  } finally {
    starting -= 1;
    if (starting === 0) for (const other of early.splice(0)) becameReady(other);
  }
}

/** Opens a session now, or as soon as it is ready; until then it is shown. */
export function openWhenReady(preview: Preview): void {
  if (preview.status === "READY") return void openPreview(preview, null);
  wanted.set(preview.id, null);
  showSession(preview);
}

function becameReady(preview: Preview): void {
  const beside = wanted.get(preview.id);
  if (beside !== undefined) {
    wanted.delete(preview.id);
    void openPreview(preview, beside);
  } else if (!inFront(preview)) {
    toast({
      text: `${nameOf(preview)} is ready`,
      action: { label: "Open", run: () => openPreview(preview, null) },
    });
  }
}

function tellFailed(preview: Preview): void {
  if (inFront(preview)) return;
  toast({
    text: `${nameOf(preview)} failed`,
    tone: "bad",
    ...(preview.error ? { hint: preview.error } : {}),
    action: {
      label: preview.kind === "DEV_SERVER" ? "Show log" : "Show",
      run: () => showSession(preview),
    },
  });
}

function tellSoon(preview: Preview): void {
  const told = toast({
    text: `${nameOf(preview)} ends in ${span(leftOf(preview, new Date()))}`,
    action: { label: "Extend", run: () => extend(preview) },
  });
  announced.set(preview.id, told);
}

/** What ended, or was prolonged elsewhere, is not offered to be extended any more. */
function takeBack(id: string): void {
  const told = announced.get(id);
  if (told !== undefined) dismissToast(told);
  announced.delete(id);
}

/** Moves the end of a preview to a whole lifetime from now. */
export async function extend(preview: Preview): Promise<void> {
  try {
    note(await backend().extendPreview(preview.id));
  } catch (thrown) {
    toastFailure(thrown);
  }
}

/** Opens a session in its window, beside another one if that is named. */
export async function openPreview(preview: Preview, beside: string | null): Promise<void> {
  try {
    await backend().openPreview(preview.id, beside);
  } catch (thrown) {
    toastFailure(thrown, { label: "Show previews", run: () => showSession(preview) });
  }
}

/** The session in the list of its project's previews. */
export function showSession(preview: Preview): void {
  if (route.projectId !== preview.project_id) openProject(preview.project_id);
  previewsOf(preview.project_id).choose(preview.id);
  showPreviews();
}

/** "Dev server", or with its project when that isn't the one in front. */
function nameOf(preview: Preview): string {
  const project = projectById(preview.project_id);
  return project && preview.project_id !== route.projectId
    ? `${preview.title} of ${project.name}`
    : preview.title;
}

/** Whether its state is in sight already. */
function inFront(preview: Preview): boolean {
  const list = previewsOf(preview.project_id);
  return (
    route.screen === "previews" && route.projectId === preview.project_id && list.session?.id === preview.id
  );
}
