// The signed-in user's projects, what their folders are like, and what can be done with them.
import { SvelteMap } from "svelte/reactivity";
import { session, signedInUser } from "$features/accounts/session.svelte";
import { warmRoot } from "$features/files/fileTree.svelte";
import { enterProject, opening, route, showProjects } from "$features/frame/route.svelte";
import {
  backend,
  toFailure,
  type Failure,
  type ProjectCard,
  type ProjectFacts,
  type WatchState,
} from "$lib/ipc";
import { offerClone } from "./clone.svelte";
import { isRunning, syncs } from "$features/sync/sync.svelte";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";

interface Projects {
  list: ProjectCard[];
  /** False until the list was read once for this user. */
  loaded: boolean;
  /** Why the list can't be read. */
  failure: Failure | null;
  /** Why a folder couldn't be added; shown until dismissed or until one could. */
  problem: Failure | null;
  /** The folder that couldn't be added. */
  problemPath: string | null;
  /** A folder is held over the window. */
  dropping: boolean;
}

export const projects: Projects = $state({
  list: [],
  loaded: false,
  failure: null,
  problem: null,
  problemPath: null,
  dropping: false,
});

export const facts = new SvelteMap<string, ProjectFacts>();

export const projectById = (id: string | null): ProjectCard | undefined =>
  projects.list.find((project) => project.id === id);

/** A project whose rows come within this opens with them. */
const AT_ONCE_MS = 40;

/** The project whose workspace is open. */
export const openedProject = (): ProjectCard | undefined => projectById(route.projectId);

/** Raised when another user's projects come; what was asked for the one before is then dropped. */
let era = 0;

/** Reads the list again. */
export async function loadProjects(): Promise<void> {
  const asked = era;
  const answer = await backend()
    .projects()
    .catch((thrown: unknown) => toFailure(thrown));
  if (asked !== era) return;
  if (Array.isArray(answer)) projects.list = answer;
  projects.failure = Array.isArray(answer) ? null : answer;
  projects.loaded = true;
}

/** The last look at each folder that has begun. */
const looks = new Map<string, number>();
let lastLook = 0;

/** Looks at a project's folder; keeps the old facts when that can't be done. The look begun last is the one that counts. */
export async function loadFacts(projectId: string): Promise<void> {
  const look = ++lastLook;
  looks.set(projectId, look);
  try {
    const seen = await backend().projectFacts(projectId);
    if (looks.get(projectId) === look) facts.set(projectId, seen);
  } catch {
    // The row then shows what the last version knew.
  } finally {
    if (looks.get(projectId) === look) looks.delete(projectId);
  }
}

/** Looks at the folder again, unless somebody is looking already or a sync is about to say more. */
export async function freshenFacts(projectId: string): Promise<void> {
  if (!signedInUser() || looks.has(projectId) || isRunning(syncs.get(projectId))) return;
  await loadFacts(projectId);
}

/** What the shell says about watching a folder is part of its facts. */
export function noteWatching(watch: WatchState): void {
  const known = facts.get(watch.project_id);
  if (known) facts.set(watch.project_id, { ...known, watch });
}

let lookedAt = 0;

/** Looks at every folder, one after the other so that the disk isn't asked for all at once. */
export async function loadAllFacts(): Promise<void> {
  lookedAt = Date.now();
  for (const { id } of [...projects.list]) await loadFacts(id);
}

/** The list is in front again: what it says must be true now. Folders are looked at once a minute at most. */
export function freshenProjects(): void {
  void loadProjects();
  if (Date.now() - lookedAt > 60_000) void loadAllFacts();
}

export function resetProjects(): void {
  Object.assign(projects, { list: [], loaded: false, failure: null, problem: null, problemPath: null });
  facts.clear();
  looks.clear();
  era += 1;
}

/** Shows the project's workspace. */
export function openProject(id: string): void {
  enterProject(id);
  opening.count += 1;
  session.choosingFirstFolder = false;
  rememberOpen(id);
  void loadFacts(id);
}

/** The opening that was asked for last. */
let asked = 0;

/** Opens a project from the list. Its rows come with its screen: made first, the screen would keep them waiting. */
export async function openFromList(id: string): Promise<void> {
  const ticket = ++asked;
  const { screen } = route;
  const rows = warmRoot(id).catch(() => undefined);
  await Promise.race([rows, new Promise((late) => setTimeout(late, AT_ONCE_MS))]);
  if (ticket === asked && route.screen === screen) openProject(id);
}

/** Back to the list, with no project open. */
export function closeProject(): void {
  route.projectId = null;
  rememberOpen(null);
  showProjects();
}

/** Adds the folder and opens it; a folder that is a project already is just opened. */
export async function addFolder(path: string): Promise<boolean> {
  try {
    const { project, notice } = await backend().addProject(path);
    projects.problem = null;
    await loadProjects();
    openProject(project.id);
    if (notice) toast({ text: notice });
    return true;
  } catch (thrown) {
    reportProblem(toFailure(thrown), path);
    return false;
  }
}

/** Asks for a folder and adds it. */
export async function pickAndAdd(): Promise<void> {
  try {
    const path = await backend().pickFolder("Open a folder");
    if (path !== null) await addFolder(path);
  } catch (thrown) {
    reportProblem(toFailure(thrown));
  }
}

/** Asks where the project's folder is now. */
export async function locateFolder(project: ProjectCard): Promise<void> {
  try {
    const path = await backend().pickFolder(`Locate the folder of ${project.name}`);
    if (path === null) return;
    await backend().relocateProject(project.id, path);
    projects.problem = null;
    await loadProjects();
    await loadFacts(project.id);
    toast({ text: `${project.name} is at its new place` });
  } catch (thrown) {
    reportProblem(toFailure(thrown));
  }
}

/** Takes the project off the list; the folder stays, and Undo brings the project back with its versions. */
export async function removeProject(project: ProjectCard): Promise<void> {
  try {
    await backend().removeProject(project.id);
  } catch (thrown) {
    toastFailure(thrown);
    return;
  }
  projects.list = projects.list.filter((other) => other.id !== project.id);
  if (route.projectId === project.id) closeProject();
  toast({
    text: `Removed ${project.name} from the list`,
    hint: "Its folder was not touched.",
    undo: async () => {
      await backend().restoreProject(project.id);
      await loadProjects();
      await loadFacts(project.id);
    },
  });
}

/** Rejects with a `Failure` when the name won't do. */
export async function renameProject(project: ProjectCard, name: string, description: string): Promise<void> {
  await backend().renameProject(project.id, name, description);
  await loadProjects();
}

/** The list and the first steps show problems in place; elsewhere the cause is off screen. */
function reportProblem(failure: Failure, path: string | null = null): void {
  projects.problemPath = path;
  if (route.screen === "projects") projects.problem = failure;
  else if (failure.code === "BARE_REPOSITORY" && path !== null)
    toastFailure(failure, { label: "Clone it…", run: () => offerClone(path) });
  else toastFailure(failure);
}

const openKey = () => `lectern.open.${signedInUser()?.id ?? ""}`;

function rememberOpen(id: string | null): void {
  try {
    if (id) localStorage.setItem(openKey(), id);
    else localStorage.removeItem(openKey());
  } catch {
    // Without storage the window starts at the list of projects.
  }
}

/** Opens the project that was open when the window last closed, if it is still there. */
export function reopenLast(): void {
  try {
    const id = localStorage.getItem(openKey());
    if (id && projectById(id)) openProject(id);
  } catch {
    // As above.
  }
}
