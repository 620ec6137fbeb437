// A shell that isn't there: answers from memory, so that screens can be looked at in a browser and tested.
import type { IBackend } from "../src/lib/ipc/backend";
import type {
  AiJob,
  AiText,
  HistoryState,
  IndexState,
  NotificationCard,
  ManifestSummary,
  Preview,
  PreviewSaid,
  ProfileSummary,
  ProjectCard,
  ProjectFacts,
  RefactorCheckRun,
  RefactorCheckSaid,
  RefactorJob,
  SearchState,
  SessionState,
  Settings,
  SyncProgress,
  ThreadCard,
  WatchState,
} from "../src/lib/ipc/bindings";

import { fakeFinding } from "./finding";
import { fakeHistory } from "./history";
import { fakeJobs, noJobs, type FakeJobs } from "./jobs";
import { fakeNotifications } from "./notifications";
import { fakePreviews, samplePreviews, type FakePreviews } from "./previews";
import { fakeReading } from "./reading";
import { fakeRefactors, noRefactors, type FakeRefactors } from "./refactor";
import { fakeThreads } from "./threads";
import { fileText, sampleDirectory, sampleFile } from "./tree";
import { fakeVersions, sampleKnowledge, type FakeVersions } from "./versions";

export const profile = (email: string, extra: Partial<ProfileSummary> = {}): ProfileSummary => ({
  id: `user-${email}`,
  email,
  display_name: "",
  has_password: true,
  remembered: false,
  created_at: "2026-10-03T08:00:00.000Z",
  password_changed_at: "2026-10-03T08:00:00.000Z",
  ...extra,
});

export const sessionState = (extra: Partial<SessionState> = {}): SessionState => ({
  profiles: [],
  user: null,
  locked: false,
  keychain: { available: false, reason: "No keychain answers on this computer." },
  data_dir: "~/.local/share/lectern",
  app_version: "0.1.0",
  notice: null,
  ...extra,
});

export const manifest = (version: number, created_at: string, hash: string): ManifestSummary => ({
  id: `manifest-${hash}`,
  version,
  created_at,
  hash,
  files: 38,
  bytes: "412000",
  branch: "main",
  commit: "0f3c2a1",
});

export const project = (name: string, extra: Partial<ProjectCard> = {}): ProjectCard => ({
  id: `project-${name}`,
  name,
  description: "",
  root_path: `~/code/${name}`,
  repo_url: null,
  languages: [],
  latest: null,
  last_sync: null,
  created_at: "2026-10-03T08:00:00.000Z",
  view_state: null,
  ...extra,
});

export const watchState = (project_id: string, extra: Partial<WatchState> = {}): WatchState => ({
  project_id,
  kind: "watching",
  watched: 12,
  directories: 12,
  failure: null,
  ...extra,
});

export const presentFacts = (
  project_id: string,
  branch: string | null,
  changed: number | null,
): ProjectFacts => ({
  project_id,
  folder: { kind: "present" },
  branch,
  is_git: branch !== null,
  changed,
  watch: watchState(project_id),
});

export const syncProgress = (project_id: string, extra: Partial<SyncProgress> = {}): SyncProgress => ({
  project_id,
  sync_id: "sync-1",
  status: "RUNNING",
  phase: "Hashing",
  files_done: 214,
  files_total: 980,
  bytes_done: "1200000",
  outcome: null,
  error: null,
  ...extra,
});

export const failure = (code: string, message: string, hint: string | null = null) => ({
  code,
  message,
  hint,
});

/** What the fake remembers, and the ways to speak for the shell. */
export interface FakeShell extends IBackend {
  state: SessionState;
  stored: Settings;
  cards: ProjectCard[];
  facts: Record<string, ProjectFacts>;
  know?: FakeVersions;
  previewsKnow: FakePreviews;
  jobsKnow: FakeJobs;
  refactorsKnow: FakeRefactors;
  noticesKnown: NotificationCard[];
  threadsKnown: ThreadCard[];
  say: {
    session: (state: SessionState) => void;
    sync: (progress: SyncProgress) => void;
    projects: () => void;
    versions: (projectId: string) => void;
    folder: (projectId: string) => void;
    watch: (state: WatchState) => void;
    search: (state: SearchState) => void;
    index: (state: IndexState) => void;
    history: (state: HistoryState) => void;
    notifications: () => void;
    desktopChosen: (notificationId: string | null) => void;
    threads: (projectId: string) => void;
    aiJob: (job: AiJob) => void;
    aiRemoved: (ids: string[]) => void;
    aiText: (text: AiText) => void;
    models: () => void;
    refactorJob: (job: RefactorJob) => void;
    refactorCheck: (run: RefactorCheckRun) => void;
    refactorCheckSaid: (said: RefactorCheckSaid) => void;
    preview: (preview: Preview) => void;
    previewSaid: (said: PreviewSaid) => void;
    open: (path: string) => void;
    drop: (event: { kind: "over" | "leave" } | { kind: "drop"; paths: string[] }) => void;
  };
}

export function fakeShell(overrides: Partial<FakeShell> = {}): FakeShell {
  const heard = {
    session: [] as ((state: SessionState) => void)[],
    sync: [] as ((progress: SyncProgress) => void)[],
    projects: [] as (() => void)[],
    versions: [] as ((projectId: string) => void)[],
    folder: [] as ((projectId: string) => void)[],
    watch: [] as ((state: WatchState) => void)[],
    search: [] as ((state: SearchState) => void)[],
    index: [] as ((state: IndexState) => void)[],
    history: [] as ((state: HistoryState) => void)[],
    notifications: [] as (() => void)[],
    desktopChosen: [] as ((notificationId: string | null) => void)[],
    threads: [] as ((projectId: string) => void)[],
    aiJob: [] as ((job: AiJob) => void)[],
    aiRemoved: [] as ((ids: string[]) => void)[],
    aiText: [] as ((text: AiText) => void)[],
    models: [] as (() => void)[],
    refactorJob: [] as ((job: RefactorJob) => void)[],
    refactorCheck: [] as ((run: RefactorCheckRun) => void)[],
    refactorCheckSaid: [] as ((said: RefactorCheckSaid) => void)[],
    preview: [] as ((preview: Preview) => void)[],
    previewSaid: [] as ((said: PreviewSaid) => void)[],
    open: [] as ((request: { path: string }) => void)[],
    drop: [] as ((event: never) => void)[],
  };
  const listen =
    <T>(list: T[]) =>
    (callback: T) => {
      list.push(callback);
      return Promise.resolve(() => {
        list.splice(list.indexOf(callback), 1);
      });
    };
  const card = (id: string) => {
    const found = shell.cards.find((other) => other.id === id);
    return found ? Promise.resolve(found) : Promise.reject(failure("NOT_FOUND", "There is no such project."));
  };
  const change = (extra: Partial<SessionState>) => {
    shell.state = { ...shell.state, ...extra };
    return Promise.resolve(shell.state);
  };

  const shell = {
    state: sessionState(),
    stored: {
      theme: "system",
      code_font_size: 12.5,
      zoom: 1,
      soft_wrap: false,
      lock_after_minutes: 15,
      single_letter_keys: true,
      show_whitespace: false,
      editor: "",
      preview_hours: 8,
      lock_ends_previews: false,
      desktop_notifications: false,
      notifications: {},
    } satisfies Settings,
    cards: [],
    facts: {},
    say: {
      session: (state: SessionState) => heard.session.forEach((callback) => callback(state)),
      sync: (progress: SyncProgress) => heard.sync.forEach((callback) => callback(progress)),
      projects: () => heard.projects.forEach((callback) => callback()),
      versions: (id: string) => heard.versions.forEach((callback) => callback(id)),
      folder: (id: string) => heard.folder.forEach((callback) => callback(id)),
      watch: (state: WatchState) => heard.watch.forEach((callback) => callback(state)),
      search: (state: SearchState) => heard.search.forEach((callback) => callback(state)),
      index: (state: IndexState) => heard.index.forEach((callback) => callback(state)),
      history: (state: HistoryState) => heard.history.forEach((callback) => callback(state)),
      notifications: () => heard.notifications.forEach((callback) => callback()),
      desktopChosen: (id: string | null) => heard.desktopChosen.forEach((callback) => callback(id)),
      threads: (id: string) => heard.threads.forEach((callback) => callback(id)),
      aiJob: (job: AiJob) => heard.aiJob.forEach((callback) => callback(job)),
      aiRemoved: (ids: string[]) => heard.aiRemoved.forEach((callback) => callback(ids)),
      aiText: (text: AiText) => heard.aiText.forEach((callback) => callback(text)),
      models: () => heard.models.forEach((callback) => callback()),
      refactorJob: (job: RefactorJob) => heard.refactorJob.forEach((callback) => callback(job)),
      refactorCheck: (run: RefactorCheckRun) => heard.refactorCheck.forEach((callback) => callback(run)),
      refactorCheckSaid: (said: RefactorCheckSaid) =>
        heard.refactorCheckSaid.forEach((callback) => callback(said)),
      preview: (preview: Preview) => heard.preview.forEach((callback) => callback(preview)),
      previewSaid: (said: PreviewSaid) => heard.previewSaid.forEach((callback) => callback(said)),
      open: (path: string) => heard.open.forEach((callback) => callback({ path })),
      drop: (event: never) => heard.drop.forEach((callback) => callback(event)),
    },
    onSessionChanged: listen(heard.session),
    onSyncChanged: listen(heard.sync),
    onProjectsChanged: listen(heard.projects),
    onVersionsChanged: listen(heard.versions),
    onFolderChanged: listen(heard.folder),
    onWatchChanged: listen(heard.watch),
    onSearchChanged: listen(heard.search),
    onIndexChanged: listen(heard.index),
    onHistoryChanged: listen(heard.history),
    onNotificationsChanged: listen(heard.notifications),
    onDesktopChosen: listen(heard.desktopChosen),
    onThreadsChanged: listen(heard.threads),
    onAiJobChanged: listen(heard.aiJob),
    onAiJobRemoved: listen(heard.aiRemoved),
    onAiTextWritten: listen(heard.aiText),
    onModelsChanged: listen(heard.models),
    onRefactorJobChanged: listen(heard.refactorJob),
    onRefactorCheckChanged: listen(heard.refactorCheck),
    onRefactorCheckSaid: listen(heard.refactorCheckSaid),
    onPreviewChanged: listen(heard.preview),
    onPreviewSaid: listen(heard.previewSaid),
    cameToFront: () => Promise.resolve(null),
    onOpenRequested: listen(heard.open),
    onClosing: () => Promise.resolve(() => undefined),
    onDrop: listen(heard.drop),
    sessionState: () => Promise.resolve(shell.state),
    passwordStrength: (password: string) => {
      const score = Math.min(4, Math.floor(password.length / 4));
      const label = ["Very weak", "Weak", "Fair", "Good", "Strong"][score] ?? "";
      const acceptable = score >= 3;
      return Promise.resolve({
        score,
        label,
        hint: acceptable ? null : "Use 12 characters or more.",
        acceptable,
      });
    },
    createProfile: (email: string, display_name: string) => {
      const user = profile(email, { display_name });
      return change({ profiles: [...shell.state.profiles, user], user });
    },
    signIn: (email: string, password: string) =>
      password === "correct horse"
        ? change({ user: shell.state.profiles.find((other) => other.email === email) ?? null })
        : Promise.reject(
            failure("WRONG_CREDENTIALS", "That password does not match.", "4 tries left before a wait."),
          ),
    unlock: (password: string) =>
      password === "correct horse"
        ? change({ locked: false })
        : Promise.reject(failure("WRONG_CREDENTIALS", "That password does not match.")),
    lock: () => change({ locked: true }),
    signOut: () => change({ user: null, locked: false }),
    changePassword: () => change({}),
    setRemembered: () => change({}),
    touch: () => Promise.resolve(null),
    settings: () => Promise.resolve(shell.stored),
    saveSettings: (settings: Settings) => Promise.resolve((shell.stored = settings)),
    windowTheme: () => Promise.resolve(null),
    showDataFolder: () => Promise.resolve(null),
    projects: () => Promise.resolve([...shell.cards]),
    projectFacts: (id: string) => Promise.resolve(shell.facts[id] ?? presentFacts(id, "main", 0)),
    pickFolder: () => Promise.resolve(null),
    addProject: (path: string) => {
      const added = project(path.split("/").at(-1) ?? path, { root_path: path });
      shell.cards = [...shell.cards, added];
      return Promise.resolve({ project: added, existing: false, notice: null });
    },
    renameProject: (id: string, name: string, description: string) => {
      shell.cards = shell.cards.map((other) => (other.id === id ? { ...other, name, description } : other));
      return card(id);
    },
    removeProject: (id: string) => {
      removed.push(...shell.cards.filter((other) => other.id === id));
      shell.cards = shell.cards.filter((other) => other.id !== id);
      return Promise.resolve(null);
    },
    restoreProject: (id: string) => {
      shell.cards = [...shell.cards, ...removed.filter((other) => other.id === id)];
      return card(id);
    },
    relocateProject: card,
    cloneProject: () =>
      Promise.reject(failure("CLONE_FAILED", "The repository could not be reached.", "Check the address.")),
    cancelClone: () => Promise.resolve(null),
    defaultCloneParent: () => Promise.resolve("~/code"),
    saveViewState: () => Promise.resolve(null),
    startSync: () => Promise.resolve("sync-1"),
    cancelSync: () => Promise.resolve(null),
    directory: (_id: string, path: string, version: number | null) =>
      Promise.resolve(sampleDirectory(path, version)),
    openFile: (_id: string, path: string, version: number | null) => {
      const text = fileText(path, version);
      return text === null
        ? Promise.reject(
            failure("FILE_MISSING", `${path} is not in ${version ? `v${version}` : "the folder"}.`),
          )
        : Promise.resolve(sampleFile(path, version, text));
    },
    fileText: (document: string) => {
      const [path = "", version] = document.split("@");
      return Promise.resolve(fileText(path, version ? Number(version) : null) ?? "");
    },
    fileLines: (document: string, first: number, count: number) =>
      Promise.resolve({
        first,
        lines: (fileText(document.split("@")[0] ?? "", null) ?? "")
          .split("\n")
          .slice(first - 1, first - 1 + count)
          .map((text) => ({ text, cut: 0 })),
      }),
    fileSpans: () => Promise.resolve([]),
    fileOutline: () => Promise.resolve([]),
    takeOpenRequest: () => Promise.resolve(null),
    openExternal: () => Promise.resolve(null),
    revealFile: () => Promise.resolve(null),
    revealProject: () => Promise.resolve(null),
    setZoom: (factor: number) => {
      document.documentElement.style.setProperty("zoom", factor === 1 ? "" : String(factor));
      return Promise.resolve();
    },
    ...fakeVersions(overrides.know ?? sampleKnowledge()),
    ...fakeReading(),
    ...fakeFinding((state) => shell.say.search(state)),
    ...fakeHistory((state) => shell.say.history(state)),
    ...fakeNotifications(overrides.noticesKnown ?? [], () => shell.say.notifications()),
    ...fakeThreads(overrides.threadsKnown ?? [], (id) => shell.say.threads(id)),
    ...fakeJobs(overrides.jobsKnow ?? noJobs(), {
      changed: (job) => shell.say.aiJob(job),
      models: () => shell.say.models(),
    }),
    ...fakeRefactors(overrides.refactorsKnow ?? noRefactors(), (job) => shell.say.refactorJob(job)),
    ...fakePreviews(
      overrides.previewsKnow ?? samplePreviews(),
      (preview) => shell.say.preview(preview),
      (said) => shell.say.previewSaid(said),
    ),
    ...overrides,
  } as unknown as FakeShell;
  const removed: ProjectCard[] = [];
  return shell;
}

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** The projects of the design's pictures. */
export function sampleProjects(): { cards: ProjectCard[]; facts: Record<string, ProjectFacts> } {
  const synced = (version: number, hours: number, hash: string) => ({
    latest: manifest(version, hoursAgo(hours), hash.repeat(8)),
    last_sync: {
      id: `sync-${hash}`,
      status: "SUCCESS",
      error: null,
      started_at: hoursAgo(hours),
      finished_at: hoursAgo(hours),
      version,
    },
  });
  const languages = (...pairs: [string, number][]) => pairs.map(([name, percent]) => ({ name, percent }));
  const reading = (path: string, line: number, hours: number) =>
    JSON.stringify({
      format: 1,
      tabs: [{ path, preview: false, place: { top: line, line, column: 0 }, shownAs: null }],
      active: path,
      expanded: [],
      only_changed: false,
      saved_at: hoursAgo(hours),
    });
  const cards = [
    project("ferry", {
      languages: languages(["Rust", 64], ["TypeScript", 27], ["CSS", 6], ["Markdown", 3]),
      view_state: reading("src/sync.rs", 47, 0.2),
      ...synced(42, 0.2, "7c1e9af2"),
    }),
    project("tidetable", {
      languages: languages(["TypeScript", 81], ["CSS", 12], ["HTML", 7]),
      view_state: reading("web/src/api.ts", 11, 26),
      ...synced(118, 5, "e05b21d8"),
    }),
    project("inkwell", {
      languages: languages(["Rust", 92], ["Markdown", 8]),
      ...synced(17, 20, "19aa04d1"),
    }),
    project("survey-tools", {
      root_path: "/mnt/field/survey-tools",
      languages: languages(["Python", 77], ["HTML", 14], ["Markdown", 9]),
      ...synced(63, 190, "c83f5517"),
    }),
    project("lamplight", {
      root_path: "~/archive/lamplight",
      languages: languages(["Go", 88], ["Markdown", 12]),
      ...synced(9, 1200, "5e0c77a1"),
    }),
  ];
  const missing = failure(
    "FOLDER_MISSING",
    "/mnt/field/survey-tools is not there.",
    "Connect the drive, or locate the folder.",
  );
  return {
    cards,
    facts: {
      "project-ferry": presentFacts("project-ferry", "main", 2),
      "project-tidetable": presentFacts("project-tidetable", "feat/harmonics", 0),
      "project-inkwell": presentFacts("project-inkwell", "main", 0),
      "project-survey-tools": {
        project_id: "project-survey-tools",
        folder: { kind: "missing", failure: missing },
        branch: null,
        is_git: true,
        changed: null,
        watch: watchState("project-survey-tools", { kind: "unavailable", watched: 0, failure: missing }),
      },
      "project-lamplight": presentFacts("project-lamplight", "v2", 0),
    },
  };
}
