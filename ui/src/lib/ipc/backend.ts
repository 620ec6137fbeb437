// The one seam between the interface and the shell: everything else asks `backend()`, and tests put a fake there.
import { Channel } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { commands, events } from "./bindings";
import type { CloneProgress, OpenRequest, ProjectCard, SessionState, SyncProgress } from "./bindings";
import { raw } from "./raw";

export type Unlisten = () => void;

/** A folder or file held over the window, or let go there. */
export type DropEvent = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };

export interface Listeners {
  onSessionChanged(heard: (state: SessionState) => void): Promise<Unlisten>;
  onSyncChanged(heard: (progress: SyncProgress) => void): Promise<Unlisten>;
  onProjectsChanged(heard: () => void): Promise<Unlisten>;
  onOpenRequested(heard: (request: OpenRequest) => void): Promise<Unlisten>;
  /** The window is about to close; there is a moment to store what is still held. */
  onClosing(heard: () => void): Promise<Unlisten>;
  onDrop(heard: (event: DropEvent) => void): Promise<Unlisten>;
}

type Commands = Omit<typeof commands, "cloneProject">;

export type IBackend = Commands &
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

function shell(): IBackend {
  return {
    ...commands,
    ...raw,
    cloneProject: (cloneId, url, parent, name, onProgress) => {
      const channel = new Channel<CloneProgress>();
      channel.onmessage = onProgress;
      return commands.cloneProject(cloneId, url, parent, name, channel);
    },
    setZoom: (factor) => getCurrentWebview().setZoom(factor),
    onSessionChanged: (heard) => events.sessionChanged.listen((event) => heard(event.payload)),
    onSyncChanged: (heard) => events.syncChanged.listen((event) => heard(event.payload)),
    onProjectsChanged: (heard) => events.projectsChanged.listen(() => heard()),
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
