// The one seam between the interface and the shell: everything else asks `backend()`, and tests put a fake there.
import { Channel } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { commands, events } from "./bindings";
import type {
  AiJob,
  AiText,
  CloneProgress,
  HistoryState,
  IndexState,
  OpenRequest,
  Preview,
  PreviewSaid,
  ProjectCard,
  RefactorCheckRun,
  RefactorCheckSaid,
  RefactorJob,
  SearchState,
  SessionState,
  SyncProgress,
  TaskProgress,
  WatchState,
} from "./bindings";
import { raw } from "./raw";

export type Unlisten = () => void;

/** A folder or file held over the window, or let go there. */
export type DropEvent = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };

export interface Listeners {
  onSessionChanged(heard: (state: SessionState) => void): Promise<Unlisten>;
  onSyncChanged(heard: (progress: SyncProgress) => void): Promise<Unlisten>;
  onProjectsChanged(heard: () => void): Promise<Unlisten>;
  /** Versions of this project were made, named, pinned or removed. */
  onVersionsChanged(heard: (projectId: string) => void): Promise<Unlisten>;
  /** Something in the folder of this project changed. */
  onFolderChanged(heard: (projectId: string) => void): Promise<Unlisten>;
  onWatchChanged(heard: (state: WatchState) => void): Promise<Unlisten>;
  onSearchChanged(heard: (state: SearchState) => void): Promise<Unlisten>;
  onIndexChanged(heard: (state: IndexState) => void): Promise<Unlisten>;
  onHistoryChanged(heard: (state: HistoryState) => void): Promise<Unlisten>;
  /** There are more notifications, or fewer unread ones. */
  onNotificationsChanged(heard: () => void): Promise<Unlisten>;
  /** A notification was chosen on the desktop; null for several told in one. */
  onDesktopChosen(heard: (notificationId: string | null) => void): Promise<Unlisten>;
  /** Threads of this project changed: what is written in them, or where they are. */
  onThreadsChanged(heard: (projectId: string) => void): Promise<Unlisten>;
  /** A preview began, became ready, ended, or was prolonged. */
  onPreviewChanged(heard: (preview: Preview) => void): Promise<Unlisten>;
  /** A dev server printed something. */
  onPreviewSaid(heard: (said: PreviewSaid) => void): Promise<Unlisten>;
  /** A job was taken, moved on or ended. */
  onAiJobChanged(heard: (job: AiJob) => void): Promise<Unlisten>;
  /** These jobs are no longer listed. */
  onAiJobRemoved(heard: (jobIds: string[]) => void): Promise<Unlisten>;
  /** More of a job's text was written. */
  onAiTextWritten(heard: (text: AiText) => void): Promise<Unlisten>;
  /** Models or endpoints were added, changed or removed, or one was loaded. */
  onModelsChanged(heard: () => void): Promise<Unlisten>;
  /** A refactor job was taken, moved on or ended. */
  onRefactorJobChanged(heard: (job: RefactorJob) => void): Promise<Unlisten>;
  /** A check of a proposal began, moved on or ended. */
  onRefactorCheckChanged(heard: (run: RefactorCheckRun) => void): Promise<Unlisten>;
  /** A check of a proposal printed something. */
  onRefactorCheckSaid(heard: (said: RefactorCheckSaid) => void): Promise<Unlisten>;
  onOpenRequested(heard: (request: OpenRequest) => void): Promise<Unlisten>;
  /** The window is about to close; there is a moment to store what is still held. */
  onClosing(heard: () => void): Promise<Unlisten>;
  onDrop(heard: (event: DropEvent) => void): Promise<Unlisten>;
}

/** Long work: its commands tell how far they are through a channel, which becomes a function here. */
type Long =
  | "blame"
  | "verifyVersion"
  | "verifyAll"
  | "restore"
  | "undoJournal"
  | "collect"
  | "exportVersion"
  | "applySuggestion"
  | "refactorApply"
  | "refactorUndo"
  | "addModelFile"
  | "downloadModel"
  | "measureModel";
type Told<Command> = Command extends (...args: [...infer Given, Channel<TaskProgress>]) => infer Answer
  ? (...args: [...Given, (progress: TaskProgress) => void]) => Answer
  : never;
type LongCommands = { [Name in Long]: Told<(typeof commands)[Name]> };
type Commands = Omit<typeof commands, "cloneProject" | Long>;

export type IBackend = Commands &
  LongCommands &
  typeof raw &
  Listeners & {
    /** Zooms the whole webview, 1 being as designed. */
    setZoom(factor: number): Promise<void>;
    cloneProject(
      cloneId: string,
      url: string,
      parent: string,
      name: string,
      onProgress: (progress: CloneProgress) => void,
    ): Promise<ProjectCard>;
  };

function channel<Message>(heard: (message: Message) => void): Channel<Message> {
  const made = new Channel<Message>();
  made.onmessage = heard;
  return made;
}

function shell(): IBackend {
  return {
    ...commands,
    ...raw,
    blame: (task, document, tell) => commands.blame(task, document, channel(tell)),
    verifyVersion: (task, project, version, tell) =>
      commands.verifyVersion(task, project, version, channel(tell)),
    verifyAll: (task, project, tell) => commands.verifyAll(task, project, channel(tell)),
    restore: (task, project, version, paths, tell) =>
      commands.restore(task, project, version, paths, channel(tell)),
    undoJournal: (task, project, journal, tell) =>
      commands.undoJournal(task, project, journal, channel(tell)),
    applySuggestion: (task, project, comment, index, tell) =>
      commands.applySuggestion(task, project, comment, index, channel(tell)),
    refactorApply: (task, job, tell) => commands.refactorApply(task, job, channel(tell)),
    refactorUndo: (task, job, choices, tell) => commands.refactorUndo(task, job, choices, channel(tell)),
    collect: (task, tell) => commands.collect(task, channel(tell)),
    exportVersion: (task, project, version, target, format, tell) =>
      commands.exportVersion(task, project, version, target, format, channel(tell)),
    addModelFile: (task, path, tell) => commands.addModelFile(task, path, channel(tell)),
    downloadModel: (task, url, sha256, tell) => commands.downloadModel(task, url, sha256, channel(tell)),
    measureModel: (task, model, tell) => commands.measureModel(task, model, channel(tell)),
    cloneProject: (cloneId, url, parent, name, onProgress) =>
      commands.cloneProject(cloneId, url, parent, name, channel<CloneProgress>(onProgress)),
    setZoom: (factor) => getCurrentWebview().setZoom(factor),
    onSessionChanged: (heard) => events.sessionChanged.listen((event) => heard(event.payload)),
    onSyncChanged: (heard) => events.syncChanged.listen((event) => heard(event.payload)),
    onProjectsChanged: (heard) => events.projectsChanged.listen(() => heard()),
    onVersionsChanged: (heard) => events.versionsChanged.listen((event) => heard(event.payload)),
    onFolderChanged: (heard) => events.folderChanged.listen((event) => heard(event.payload)),
    onWatchChanged: (heard) => events.watchChanged.listen((event) => heard(event.payload)),
    onSearchChanged: (heard) => events.searchChanged.listen((event) => heard(event.payload)),
    onIndexChanged: (heard) => events.indexChanged.listen((event) => heard(event.payload)),
    onHistoryChanged: (heard) => events.historyChanged.listen((event) => heard(event.payload)),
    onNotificationsChanged: (heard) => events.notificationsChanged.listen(() => heard()),
    onDesktopChosen: (heard) => events.desktopChosen.listen((event) => heard(event.payload.notification_id)),
    onThreadsChanged: (heard) => events.threadsChanged.listen((event) => heard(event.payload)),
    onPreviewChanged: (heard) => events.previewChanged.listen((event) => heard(event.payload)),
    onPreviewSaid: (heard) => events.previewOutput.listen((event) => heard(event.payload)),
    onAiJobChanged: (heard) => events.aiJobChanged.listen((event) => heard(event.payload)),
    onAiJobRemoved: (heard) => events.aiJobRemoved.listen((event) => heard(event.payload)),
    onAiTextWritten: (heard) => events.aiTextWritten.listen((event) => heard(event.payload)),
    onModelsChanged: (heard) => events.modelsChanged.listen(() => heard()),
    onRefactorJobChanged: (heard) => events.refactorJobChanged.listen((event) => heard(event.payload)),
    onRefactorCheckChanged: (heard) => events.refactorCheckChanged.listen((event) => heard(event.payload)),
    onRefactorCheckSaid: (heard) => events.refactorCheckOutput.listen((event) => heard(event.payload)),
    onOpenRequested: (heard) => events.openRequested.listen((event) => heard(event.payload)),
    onClosing: (heard) => events.windowClosing.listen(() => heard()),
    onDrop: (heard) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === "drop") heard({ kind: "drop", paths: payload.paths });
        else heard({ kind: payload.type === "leave" ? "leave" : "over" });
      }),
  };
}

let current: IBackend | null = null;

/** The shell, or whatever `provideBackend` put in its place. */
export function backend(): IBackend {
  current ??= shell();
  return current;
}

/** Puts another backend in place of the shell, for tests and for looking at screens in a browser. */
export function provideBackend(other: IBackend): void {
  current = other;
}
