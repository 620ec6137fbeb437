// The commands, events and types of the shell. Generated from Rust; do not edit.
import { invoke, type Channel } from "@tauri-apps/api/core";
import { listen, once, type EventCallback, type UnlistenFn } from "@tauri-apps/api/event";

export const commands = {
  sessionState: () => invoke<SessionState>("session_state"),
  passwordStrength: (password: string) => invoke<PasswordStrength>("password_strength", { password }),
  createProfile: (email: string, displayName: string, password: string, remember: boolean) => invoke<SessionState>("create_profile", { email, displayName, password, remember }),
  signIn: (email: string, password: string, remember: boolean) => invoke<SessionState>("sign_in", { email, password, remember }),
  unlock: (password: string) => invoke<SessionState>("unlock", { password }),
  lock: () => invoke<SessionState>("lock"),
  signOut: () => invoke<SessionState>("sign_out"),
  changePassword: (current: string, newPassword: string) => invoke<SessionState>("change_password", { current, newPassword }),
  setRemembered: (remember: boolean) => invoke<SessionState>("set_remembered", { remember }),
  touch: () => invoke<null>("touch"),
  settings: () => invoke<Settings>("settings"),
  saveSettings: (settings: Settings) => invoke<Settings>("save_settings", { settings }),
  windowTheme: (theme: Theme) => invoke<null>("window_theme", { theme }),
  showDataFolder: () => invoke<null>("show_data_folder"),
  projects: () => invoke<ProjectCard[]>("projects"),
  projectFacts: (projectId: string) => invoke<ProjectFacts>("project_facts", { projectId }),
  pickFolder: (title: string) => invoke<string | null>("pick_folder", { title }),
  addProject: (path: string) => invoke<AddedProject>("add_project", { path }),
  renameProject: (projectId: string, name: string, description: string) => invoke<ProjectCard>("rename_project", { projectId, name, description }),
  removeProject: (projectId: string) => invoke<null>("remove_project", { projectId }),
  restoreProject: (projectId: string) => invoke<ProjectCard>("restore_project", { projectId }),
  relocateProject: (projectId: string, path: string) => invoke<ProjectCard>("relocate_project", { projectId, path }),
  cloneProject: (cloneId: string, url: string, parent: string, name: string, onProgress: Channel<CloneProgress>) => invoke<ProjectCard>("clone_project", { cloneId, url, parent, name, onProgress }),
  cancelClone: (cloneId: string) => invoke<null>("cancel_clone", { cloneId }),
  defaultCloneParent: () => invoke<string>("default_clone_parent"),
  saveViewState: (projectId: string, viewState: string) => invoke<null>("save_view_state", { projectId, viewState }),
  startSync: (projectId: string) => invoke<string>("start_sync", { projectId }),
  cancelSync: (projectId: string) => invoke<null>("cancel_sync", { projectId }),
  verifyVersion: (projectId: string, version: number | null) => invoke<Verification>("verify_version", { projectId, version }),
  directory: (projectId: string, path: string) => invoke<Directory>("directory", { projectId, path }),
  openFile: (projectId: string, path: string) => invoke<OpenedFile>("open_file", { projectId, path }),
  fileLines: (document: string, first: number, count: number) => invoke<LinePage>("file_lines", { document, first, count }),
  findInDocument: (document: string, options: FindOptions) => invoke<DocumentMatches>("find_in_document", { document, options }),
  fileOutline: (document: string) => invoke<OutlineItem[]>("file_outline", { document }),
  renderMarkdown: (document: string) => invoke<RenderedMarkdown>("render_markdown", { document }),
  openExternal: (url: string) => invoke<null>("open_external", { url }),
  revealFile: (projectId: string, path: string) => invoke<null>("reveal_file", { projectId, path }),
  takeOpenRequest: () => invoke<OpenRequest | null>("take_open_request"),
};

export const events = {
  sessionChanged: makeEvent<SessionState>("session-changed"),
  syncChanged: makeEvent<SyncProgress>("sync-changed"),
  projectsChanged: makeEvent<null>("projects-changed"),
  openRequested: makeEvent<OpenRequest>("open-requested"),
};

function makeEvent<T>(name: string) {
  return {
    listen: (handler: EventCallback<T>): Promise<UnlistenFn> => listen(name, handler),
    once: (handler: EventCallback<T>): Promise<UnlistenFn> => once(name, handler),
  };
}

/** An error as the interface shows it: what failed, and what to do about it. */
export type Failure = {
  /** A stable word in SCREAMING_SNAKE_CASE that code may compare. */
  code: string;
  /** One plain sentence for people. */
  message: string;
  /** The remedy, if one is known. */
  hint: string | null;
};

/** Who is signed in, and which profiles could be. */
export type SessionState = {
  /** The profiles on this computer, oldest first. */
  profiles: ProfileSummary[];
  /** The signed-in profile; stays set while locked. */
  user: ProfileSummary | null;
  locked: boolean;
  keychain: KeychainState;
  /** The data folder, as a path of this computer. */
  data_dir: string;
  app_version: string;
  /** Something the user should know about how this start went (an unclean stop that was checked, a skipped repair). */
  notice: string | null;
};

/** A profile as the sign-in screen lists it. */
export type ProfileSummary = {
  id: string;
  email: string;
  display_name: string;
  /** False for the profile a headless command made; the first run takes it over. */
  has_password: boolean;
  /** Signed in by itself at the next start, through the keychain. */
  remembered: boolean;
  created_at: string;
  /** When the password was last set. */
  password_changed_at: string | null;
};

/** Whether this computer has a keychain that Lectern can use. */
export type KeychainState = {
  available: boolean;
  /** Why not, in words for the user. */
  reason: string | null;
};

/** How hard a password is to guess. */
export type PasswordStrength = {
  /** 0 (guessed at once) to 4 (very hard). */
  score: number;
  /** "Weak", "Fair", … */
  label: string;
  /** What would make it better, if anything. */
  hint: string | null;
  /** Whether a profile may be made with it. */
  acceptable: boolean;
};

/** What the signed-in user chose. Every field has a default. */
export type Settings = {
  theme: Theme;
  /** Pixels, 9 to 24. */
  code_font_size: number;
  /** Whole-window zoom, 0.5 to 2.0. */
  zoom: number;
  soft_wrap: boolean;
  /** Minutes without input until the window locks; 0 never. */
  lock_after_minutes: number;
  /** Whether C, J, K and other single letters act in the reader. */
  single_letter_keys: boolean;
};

/** Which colours the window wears. */
export type Theme = "system" | "light" | "dark";

/** A project as the home screen lists it. Answers at once: nothing here touches the folder. */
export type ProjectCard = {
  id: string;
  name: string;
  description: string;
  /** The folder, as a path of this computer, the home folder written `~`. */
  root_path: string;
  repo_url: string | null;
  languages: LanguageShare[];
  latest: ManifestSummary | null;
  last_sync: SyncSummary | null;
  created_at: string;
  /** What the window last stored for this project with `save_view_state` (JSON text). */
  view_state: string | null;
};

/** One language's part of a project's text. */
export type LanguageShare = {
  name: string;
  /** Of the bytes of recognised text, 0 to 100. */
  percent: number;
};

/** A version in short. */
export type ManifestSummary = {
  id: string;
  version: number;
  created_at: string;
  hash: string;
  files: number;
  bytes: string;
  branch: string | null;
  commit: string | null;
};

/** A sync in short. */
export type SyncSummary = {
  id: string;
  /** PENDING, RUNNING, SUCCESS or FAILED. */
  status: string;
  error: Failure | null;
  started_at: string | null;
  finished_at: string | null;
  /** The version this sync ended at, new or not. */
  version: number | null;
};

/** What the folder of a project is like right now. Asked apart from the card because it reads the disk. */
export type ProjectFacts = {
  project_id: string;
  folder: FolderState;
  /** The branch, or the short commit when detached. None without git or before the first commit's branch exists. */
  branch: string | null;
  is_git: boolean;
  /** How many files differ from the latest version (or from HEAD before there is one); None when it can't be told. */
  changed: number | null;
};

/** Whether a project's folder can be read. */
export type FolderState =
  | { kind: "present" }
  | { kind: "missing"; failure: Failure }
  | { kind: "unreadable"; failure: Failure };

/** The answer to adding a folder. */
export type AddedProject = {
  project: ProjectCard;
  /** True when the folder already was a project, which is then simply opened. */
  existing: boolean;
};

/** Where a clone stands. */
export type CloneProgress = {
  /** "Connecting", "Receiving", "Resolving", "Writing files". */
  phase: string;
  done: number;
  /** 0 while unknown. */
  total: number;
  bytes: string;
};

/** Where a sync stands; sent at most 20 times a second and always once at the end. */
export type SyncProgress = {
  project_id: string;
  sync_id: string;
  /** PENDING, RUNNING, SUCCESS or FAILED. */
  status: string;
  /** "Scanning", "Hashing", "Saving". */
  phase: string;
  files_done: number;
  /** 0 while unknown. */
  files_total: number;
  bytes_done: string;
  outcome: SyncOutcome | null;
  error: Failure | null;
};

/** What a finished sync found. */
export type SyncOutcome = {
  version: number;
  /** False: nothing changed since `version`. */
  is_new: boolean;
  manifest_hash: string;
  files: number;
  bytes: string;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  duration_ms: number;
  warnings: string[];
};

/** The verdict on a version. */
export type Verification = {
  version: number;
  ok: boolean;
  /** Nodes and objects looked at. */
  checked: number;
  problems: VerificationProblem[];
};

/** One thing wrong with a version. */
export type VerificationProblem = {
  path: string;
  /** "missing_node", "node_mismatch", "missing_object", "object_mismatch", "manifest_mismatch". */
  kind: string;
  detail: string;
};

/** One row of the tree. */
export type TreeEntry = {
  /** To show; lossy when the name is not UTF-8. */
  name: string;
  /** To ask with. */
  path: string;
  kind: EntryKind;
  size: string;
  /** Left out of versions by an ignore rule. */
  ignored: boolean;
  /** Against the latest version; a directory shows `Modified` when anything below it differs. */
  change: ChangeMark | null;
};

/** What a tree entry is. */
export type EntryKind = "directory" | "file" | "symlink" | "special" | "submodule";

/** How a file differs from the latest version. */
export type ChangeMark = "modified" | "added";

/** A directory's rows, directories first, then by name without regard to case. */
export type Directory = {
  path: string;
  entries: TreeEntry[];
  /** Set when the rows come from this version because the folder is gone. */
  from_version: number | null;
};

/** A file, opened: everything but its bytes. Bytes come raw by `file_text`, `file_bytes`, `file_lines`, `file_spans`. */
export type OpenedFile = {
  /** Names this state of the file in later calls; changes when the bytes do. */
  document: string;
  path: string;
  name: string;
  size: string;
  view: FileView;
  /** The language's name ("Rust"), "Plain text" when none fits. */
  language: string;
  /** Whether `file_spans` and `file_outline` have anything to say. */
  highlighted: boolean;
  /** "UTF-8", "UTF-8 with BOM", "UTF-16LE", "UTF-16BE", "Latin-1"; empty for binaries. */
  encoding: string;
  /** "LF", "CRLF", "CR", "mixed" or "none". */
  line_ends: string;
  /** Lines of text; 0 for binaries. */
  lines: number;
  /** Set when the file is shown as of this version because the folder is gone. */
  from_version: number | null;
};

/** How to show a file. */
export type FileView = "text" | "paged" | "image" | "binary" | "symlink";

/** A page of a large text. */
export type LinePage = {
  /** The first line of the page. */
  first: number;
  lines: PageLine[];
};

/** One line of a page. */
export type PageLine = {
  /** Without its line end, cut at 4,000 characters. */
  text: string;
  /** Characters left out at the end. */
  cut: number;
};

/** A match of "find in file" in a paged document. */
export type DocumentMatch = {
  line: number;
  /** UTF-16 columns within the line, 0-based, end exclusive. */
  start: number;
  end: number;
};

/** The matches found, at most 10,000. */
export type DocumentMatches = {
  matches: DocumentMatch[];
  truncated: boolean;
};

/** How to look for text. */
export type FindOptions = {
  query: string;
  regex: boolean;
  word: boolean;
  case_sensitive: boolean;
};

/** A symbol of a file. */
export type OutlineItem = {
  name: string;
  /** "function", "method", "class", "struct", "enum", "interface", "trait", "module", "constant", "type", "macro", "field", "heading", "key". */
  kind: string;
  line: number;
  end_line: number;
  /** 0 at the top. */
  depth: number;
};

/** A rendered Markdown file: sanitised HTML. Images of the project are `<img data-project-path="…">` without `src`; links into the project are `<a data-project-path="…" data-line="…">`; other links keep an `href` with http, https or mailto. */
export type RenderedMarkdown = {
  html: string;
};

/** A folder somebody asked for from outside: `lectern PATH`, a second start, or a drop onto the window. */
export type OpenRequest = {
  /** As a path of this computer. */
  path: string;
};
