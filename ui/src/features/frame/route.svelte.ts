// Which screen is in front, and what lies over it.

export type SettingsSection =
  | "project"
  | "appearance"
  | "models"
  | "previews"
  | "notifications"
  | "security"
  | "keyboard"
  | "privacy"
  | "about";
export type Screen =
  | "projects"
  | "workspace"
  | "search"
  | "versions"
  | "threads"
  | "jobs"
  | "refactor"
  | "previews"
  | "settings";
export type Overlay = "palette" | "shortcuts" | "clone" | "password";

interface Route {
  screen: Screen;
  /** The open project; stays set while its settings or the list of projects are in front. */
  projectId: string | null;
  section: SettingsSection;
  overlay: Overlay | null;
}

const start: Route = { screen: "projects", projectId: null, section: "appearance", overlay: null };

export const route: Route = $state({ ...start });

/** Raised each time a project is opened, also one that is open already. */
export const opening = $state({ count: 0 });

/** The screen that each project was left with. */
const left = new Map<string, Screen>();

/** Back to how a window starts, for another user. */
export function resetRoute(): void {
  Object.assign(route, start);
  left.clear();
}

/** Puts a project in front, on the screen it was left with. */
export function enterProject(id: string): void {
  route.projectId = id;
  route.screen = left.get(id) ?? "workspace";
}

function showOfProject(screen: Exclude<Screen, "projects" | "settings">): void {
  if (!route.projectId) return;
  left.set(route.projectId, screen);
  route.screen = screen;
}

export function showProjects(): void {
  route.screen = "projects";
}

export function showSettings(section: SettingsSection = route.section): void {
  route.section = section;
  route.screen = "settings";
}

/** The workspace of the open project, if there is one. */
export function showWorkspace(): void {
  showOfProject("workspace");
}

/** The search screen of the open project, if there is one. */
export function showSearch(): void {
  showOfProject("search");
}

/** The versions of the open project, if there is one. */
export function showVersions(): void {
  showOfProject("versions");
}

/** The threads of the open project, if there is one. */
export function showThreads(): void {
  showOfProject("threads");
}

/** The jobs of the open project, if there is one. */
export function showJobs(): void {
  showOfProject("jobs");
}

/** The refactor jobs of the open project, if there is one. */
export function showRefactor(): void {
  showOfProject("refactor");
}

/** The previews of the open project, if there is one. */
export function showPreviews(): void {
  showOfProject("previews");
}

export function openOverlay(overlay: Overlay): void {
  route.overlay = overlay;
}

export function closeOverlay(): void {
  route.overlay = null;
}
