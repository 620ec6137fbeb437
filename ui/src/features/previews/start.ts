// Starting previews: what was chosen, what was shown last, or what suits best; commands only after they were allowed.
import { route, showPreviews } from "$features/frame/route.svelte";
import { openedProject } from "$features/projects/projects.svelte";
import {
  backend,
  toFailure,
  type DevCommand,
  type Preview,
  type PreviewChoices,
  type PreviewRequest,
  type Trust,
} from "$lib/ipc";
import { toastFailure } from "$lib/ui/toasts.svelte";
import { asked, type TrustQuestion } from "./asked.svelte";
import { isCommand, parseCommand, writeCommand } from "./commandLine";
import { noteStarted, openWhenReady } from "./follow.svelte";
import { previewsOf, type PreviewList } from "./sessions.svelte";

export interface StartOptions {
  /** Opens beside this session. */
  beside?: string | null;
  /** What has to be asked is asked without trying first. */
  ask?: boolean;
}

/** Starts a preview and opens it when it is ready. A command that wasn't allowed yet is asked about first. */
export async function start(
  projectId: string,
  request: PreviewRequest,
  options: StartOptions = {},
): Promise<void> {
  const list = previewsOf(projectId);
  const beside = options.beside ?? null;
  const go = (trust: Trust | null) =>
    noteStarted(() => backend().startPreview(projectId, request, trust), { beside });
  const question = (): TrustQuestion | null =>
    request.kind === "dev_server"
      ? { ...describe(list.choices, projectId, request.argv, request.folder), beside, go }
      : null;
  if (options.ask) return void (asked.trust = question());
  await attempt(list, "new", () => go(null), question);
}

/** Starts an ended session anew, or a dev server over again. */
export async function restart(preview: Preview): Promise<void> {
  const list = previewsOf(preview.project_id);
  const go = (trust: Trust | null) => noteStarted(() => backend().restartPreview(preview.id, trust), null);
  await attempt(
    list,
    preview.id,
    () => go(null),
    () => {
      const argv = parseCommand(preview.command ?? "").argv;
      if (!argv) return null;
      return { ...describe(list.choices, preview.project_id, argv, preview.folder), beside: null, go };
    },
  );
}

/** Runs what was allowed. */
export async function allow(question: TrustQuestion, trust: Trust): Promise<void> {
  const list = previewsOf(question.projectId);
  asked.trust = null;
  await attempt(
    list,
    "new",
    () => question.go(trust),
    () => null,
  );
  // What was remembered shows in the choices.
  if (trust === "remembered") void list.loadChoices();
}

/** Files of the latest version instead of a command that is not to run; of the folder where there is no version. */
export async function snapshotInstead(question: TrustQuestion): Promise<void> {
  asked.trust = null;
  const latest = openedProject()?.latest?.version ?? null;
  await startVersion(question.projectId, latest, { beside: question.beside });
}

/** Shows a version (null: the folder as it is) as files: the folder that suits best, or the one named if the state has it. */
export async function startVersion(
  projectId: string,
  version: number | null,
  options: StartOptions & { folder?: string } = {},
): Promise<void> {
  const list = previewsOf(projectId);
  try {
    const { folders } = await backend().previewChoices(projectId, version);
    const best = folders.find(({ folder }) => folder === options.folder) ?? folders[0];
    const { folder, falls_back } = best ?? { folder: "", falls_back: false };
    await start(projectId, { kind: "static", version, folder, falls_back }, options);
  } catch (thrown) {
    tell(list, thrown);
  }
}

/** What to show when nobody says what: what was shown last, else a sure command, else pages, else the choices. */
export function bestOf(choices: PreviewChoices): PreviewRequest | null {
  if (choices.last) return choices.last;
  const pages = choices.folders.find(({ has_index }) => has_index);
  const command = choices.commands.find(
    ({ missing, certainty }) => missing === null && certainty !== "possible",
  );
  if (command) return { kind: "dev_server", argv: command.argv, folder: command.folder };
  if (pages) return { kind: "static", version: null, folder: pages.folder, falls_back: pages.falls_back };
  // A guess, or a list of files, is not started unasked.
  if (choices.commands.length > 0) return null;
  const [all] = choices.folders;
  return all ? { kind: "static", version: null, folder: all.folder, falls_back: all.falls_back } : null;
}

/** Shows the open project with one key. */
export async function previewProject(): Promise<void> {
  const project = openedProject();
  if (!project) return;
  const list = previewsOf(project.id);
  if (list.busy.has("new") || list.busy.has("choices") || asked.trust) return;
  list.busy.add("choices");
  await list.loadChoices();
  list.busy.delete("choices");
  if (route.projectId !== project.id) return;
  if (list.choicesFailure || !list.choices) return tell(list, list.choicesFailure);
  const request = bestOf(list.choices);
  if (!request) {
    list.askNew();
    return showPreviews();
  }
  if (request.kind === "dev_server") {
    const running = list.running.find(
      (one) => one.folder === request.folder && isCommand(one.command, request.argv),
    );
    // What runs already is not asked about again.
    if (running) return openWhenReady(running);
    showPreviews();
    const known = commandOf(list.choices, request.argv, request.folder);
    await start(project.id, request, { ask: known?.trusted === false });
  } else await start(project.id, request);
}

/** The detected command that is exactly this one. */
export function commandOf(
  choices: PreviewChoices | null,
  argv: readonly string[],
  folder: string,
): DevCommand | undefined {
  return choices?.commands.find(
    (one) =>
      one.folder === folder &&
      one.argv.length === argv.length &&
      one.argv.every((word, at) => word === argv[at]),
  );
}

function describe(choices: PreviewChoices | null, projectId: string, argv: string[], folder: string) {
  const known = commandOf(choices, argv, folder);
  return {
    projectId,
    argv,
    folder,
    shown: known?.shown ?? writeCommand(argv),
    path: known?.path ?? null,
    line: known?.line ?? null,
    script: known?.script ?? null,
    port: known?.port ?? null,
    first: known?.first ?? null,
  };
}

/** Does it once at a time; a command that isn't allowed is asked about, any other failure is told. */
async function attempt(
  list: PreviewList,
  key: string,
  work: () => Promise<Preview>,
  question: () => TrustQuestion | null,
): Promise<void> {
  if (list.busy.has(key)) return;
  list.busy.add(key);
  list.problem = null;
  try {
    const started = await work();
    if (started.status === "PENDING" && route.projectId === list.projectId) showPreviews();
  } catch (thrown) {
    const failure = toFailure(thrown);
    const about = failure.code === "NOT_TRUSTED" ? question() : null;
    if (about) asked.trust = about;
    else tell(list, failure);
  } finally {
    list.busy.delete(key);
  }
}

/** In place where the previews are in front, else as a message. */
export function tell(list: PreviewList, thrown: unknown): void {
  const inFront = route.screen === "previews" && route.projectId === list.projectId;
  list.problem = toFailure(thrown);
  if (!inFront) toastFailure(thrown, { label: "Show previews", run: showPreviews });
}
