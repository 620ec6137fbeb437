// Previews that aren't there: sessions in memory that become ready after a moment and print lines, for screens and tests.
import type {
  DevCommand,
  LogLine,
  LogPage,
  Preview,
  PreviewChoices,
  PreviewRequest,
  PreviewSaid,
  StaticChoice,
  Trust,
  TrustedCommand,
} from "../src/lib/ipc/bindings";

const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const refused = (code: string, message: string, hint: string | null = null) =>
  Promise.reject({ code, message, hint });

export const preview = (id: string, extra: Partial<Preview> = {}): Preview => ({
  id,
  project_id: "project-ferry",
  kind: "STATIC",
  status: "READY",
  title: "Working copy",
  version: null,
  folder: "",
  command: null,
  url: extra.port ? `http://127.0.0.1:${extra.port}` : null,
  port: null,
  own_port: null,
  reloads: extra.version === undefined,
  created_at: at(-60),
  expires_at: at(420),
  ends_soon: false,
  ended_at: null,
  ended_reason: null,
  error: null,
  disk_bytes: "0",
  ...extra,
});

export const devCommand = (extra: Partial<DevCommand> = {}): DevCommand => ({
  argv: ["pnpm", "dev", "--port", "5173"],
  shown: "pnpm dev --port 5173",
  folder: "web",
  framework: "Vite",
  reason: "package.json has the script dev and depends on vite; pnpm-lock.yaml is there",
  certainty: "sure",
  path: "web/package.json",
  line: 7,
  script: "vite --host 127.0.0.1",
  port: 5173,
  trusted: false,
  missing: null,
  first: null,
  ...extra,
});

export const staticChoice = (extra: Partial<StaticChoice> = {}): StaticChoice => ({
  folder: "web/dist",
  reason: "what `vite build` writes",
  has_index: true,
  falls_back: true,
  files: 14,
  ...extra,
});

const line = (text: string, source: LogLine["source"] = "out", seconds = 0): LogLine => ({
  at: new Date(Date.now() - 60 * 60_000 + seconds * 1_000).toISOString(),
  source,
  text,
});

export const sampleLog = (): LogLine[] => [
  line("$ pnpm dev --port 5173", "lectern"),
  line("vite ready in 412 ms", "out", 1),
  line("local http://127.0.0.1:5173/", "out", 1),
  line("answers on port 5173", "lectern", 1),
  line("hmr update /src/VersionList.tsx", "out", 149),
  line('warn unused import "Version" in src/api.ts:2', "err", 171),
];

export const failedLog = (): LogLine[] => [
  line("$ pnpm dev --port 5173", "lectern"),
  line("> web@0.1.0 dev", "out", 1),
  line("> vite --host 127.0.0.1 --port 5173", "out", 1),
  line("", "out", 1),
  line("error when starting dev server:", "err", 2),
  line("Error: Cannot find module '@vitejs/plugin-react'", "err", 2),
  line("    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)", "err", 2),
  line("ended with code 1", "lectern", 2),
];

/** What the fake remembers of previews. */
export interface FakePreviews {
  sessions: Preview[];
  choices: PreviewChoices;
  ofVersion: StaticChoice[];
  logs: Record<string, LogLine[]>;
  trusted: TrustedCommand[];
  /** Milliseconds until a started dev server answers. */
  pace: number;
}

export const samplePreviews = (extra: Partial<FakePreviews> = {}): FakePreviews => ({
  sessions: [
    preview("dev", {
      kind: "DEV_SERVER",
      title: "Dev server",
      folder: "web",
      command: "pnpm dev --port 5173",
      port: 41700,
      own_port: 5173,
      expires_at: at(72.4),
      disk_bytes: "4300",
    }),
    preview("v41", {
      title: "Snapshot of v41",
      version: 41,
      folder: "web/dist",
      port: 41741,
      expires_at: at(23.5),
    }),
    preview("v36", {
      title: "Snapshot of v36",
      version: 36,
      status: "EXPIRED",
      ended_at: at(-95),
      expires_at: at(-95),
      ended_reason: "TIMED_OUT",
    }),
  ],
  choices: {
    folders: [
      staticChoice(),
      staticChoice({ folder: "docs", reason: "has an index.html", falls_back: false, files: 38 }),
      staticChoice({
        folder: "",
        reason: "the folder as it is; what has no index.html is listed",
        has_index: false,
        falls_back: false,
        files: null,
      }),
    ],
    commands: [
      devCommand(),
      devCommand({
        argv: ["mdbook", "serve", "docs"],
        shown: "mdbook serve docs",
        folder: "",
        framework: "mdBook",
        reason: "docs/book.toml is a book of mdBook",
        certainty: "likely",
        path: "docs/book.toml",
        line: 1,
        script: null,
        port: 3000,
        missing: "mdbook",
      }),
      devCommand({
        argv: ["npm", "run", "storybook"],
        shown: "npm run storybook",
        framework: "Storybook",
        reason: "package.json has the script storybook",
        certainty: "possible",
        line: 9,
        script: "storybook dev -p 6006",
        port: 6006,
        first: "Run `npm install` in web/",
      }),
    ],
    last: null,
  },
  ofVersion: [
    staticChoice({ folder: "docs", reason: "has an index.html", falls_back: false, files: 36 }),
    staticChoice({
      folder: "",
      reason: "all of the version",
      has_index: false,
      falls_back: false,
      files: 214,
    }),
  ],
  logs: { dev: sampleLog() },
  trusted: [
    {
      id: "grant-1",
      project_id: "project-ferry",
      project_name: "ferry",
      shown: "pnpm dev --port 5173",
      folder: "web",
      granted_at: at(-3),
    },
    {
      id: "grant-2",
      project_id: "project-survey-tools",
      project_name: "survey-tools",
      shown: "python -m http.server",
      folder: "",
      granted_at: "2026-11-14T09:00:00.000Z",
    },
  ],
  pace: 900,
  ...extra,
});

/** The part of the fake shell that answers about previews, and speaks of them. */
export function fakePreviews(
  know: FakePreviews,
  changed: (preview: Preview) => void,
  said: (said: PreviewSaid) => void,
) {
  let made = 0;
  const removed: Preview[] = [];
  const find = (id: string) => know.sessions.find((session) => session.id === id);
  const unknown = () => refused("UNKNOWN_PREVIEW", "There is no such preview.");
  const put = (session: Preview) => {
    const known = find(session.id) !== undefined;
    know.sessions = known
      ? know.sessions.map((other) => (other.id === session.id ? session : other))
      : [session, ...know.sessions];
    changed(session);
    return session;
  };
  const print = (id: string, ...lines: LogLine[]) => {
    const log = (know.logs[id] ??= []);
    const first = log.length;
    log.push(...lines);
    said({ id, page: { first, lines, total: log.length } });
  };
  const now = (text: string, source: LogLine["source"] = "out"): LogLine => ({
    at: new Date().toISOString(),
    source,
    text,
  });
  const answer = (session: Preview) => {
    const current = find(session.id);
    if (current?.status !== "PENDING") return;
    print(session.id, now("  VITE v7.1.2  ready in 412 ms"), now("answers on port 5173", "lectern"));
    put({ ...current, status: "READY", own_port: 5173, url: `http://127.0.0.1:${current.port}` });
  };
  const begin = (projectId: string, request: PreviewRequest) => {
    made += 1;
    const port = 41_700 + know.sessions.length;
    const ids = {
      project_id: projectId,
      created_at: at(0),
      expires_at: at(480),
      port,
      folder: request.folder,
    };
    if (request.kind === "static")
      return put(
        preview(`made-${made}`, {
          ...ids,
          version: request.version,
          title: request.version === null ? "Working copy" : `Snapshot of v${request.version}`,
          reloads: request.version === null,
        }),
      );
    const command = request.argv.join(" ");
    const session = put(
      preview(`made-${made}`, {
        ...ids,
        kind: "DEV_SERVER",
        status: "PENDING",
        title: "Dev server",
        command,
        url: null,
      }),
    );
    print(session.id, now(`$ ${command}`, "lectern"), now("> web@0.1.0 dev"), now("> vite --host 127.0.0.1"));
    setTimeout(() => answer(session), know.pace);
    return session;
  };
  const granted = (request: PreviewRequest, trust: Trust | null) => {
    if (request.kind === "static") return true;
    const command = know.choices.commands.find(
      ({ argv, folder }) => argv.join("\0") === request.argv.join("\0") && folder === request.folder,
    );
    if (trust === "remembered" && command) command.trusted = true;
    return trust !== null || command?.trusted === true;
  };
  const requestOf = (session: Preview): PreviewRequest =>
    session.kind === "STATIC"
      ? { kind: "static", version: session.version, folder: session.folder, falls_back: false }
      : { kind: "dev_server", argv: (session.command ?? "").split(" "), folder: session.folder };
  const start = (projectId: string, request: PreviewRequest, trust: Trust | null) => {
    if (!granted(request, trust)) return refused("NOT_TRUSTED", "This command was not allowed yet.");
    know.choices = { ...know.choices, last: request };
    return Promise.resolve(begin(projectId, request));
  };

  return {
    previewsKnow: know,
    previewChoices: (_project: string, version: number | null): Promise<PreviewChoices> =>
      Promise.resolve(
        version === null ? know.choices : { folders: know.ofVersion, commands: [], last: know.choices.last },
      ),
    startPreview: start,
    previews: (projectId: string) =>
      Promise.resolve(know.sessions.filter((session) => session.project_id === projectId)),
    previewLog: (id: string, first: number): Promise<LogPage> => {
      const log = know.logs[id] ?? [];
      return Promise.resolve({ first, lines: log.slice(first), total: log.length });
    },
    previewLink: (id: string) => {
      const session = find(id);
      return session?.status === "READY"
        ? Promise.resolve(`${session.url}/.lectern/open?ticket=5f0c&to=/`)
        : refused("PREVIEW_ENDED", "This preview is over.", "Start it again.");
    },
    openPreview: () => Promise.resolve(null),
    openPreviewInBrowser: () => Promise.resolve(null),
    stopPreview: (id: string) => {
      const session = find(id);
      if (!session) return unknown();
      if (session.kind === "DEV_SERVER") print(id, now("stopped", "lectern"));
      return Promise.resolve(
        put({ ...session, status: "EXPIRED", url: null, ended_at: at(0), ended_reason: "STOPPED" }),
      );
    },
    restartPreview: (id: string, trust: Trust | null) => {
      const session = find(id);
      if (!session) return unknown();
      const request = requestOf(session);
      if (!granted(request, trust)) return refused("NOT_TRUSTED", "This command was not allowed yet.");
      if (session.status !== "EXPIRED")
        put({ ...session, status: "EXPIRED", url: null, ended_at: at(0), ended_reason: "STOPPED" });
      return Promise.resolve(begin(session.project_id, request));
    },
    extendPreview: (id: string) => {
      const session = find(id);
      return session
        ? Promise.resolve(put({ ...session, expires_at: at(480), ends_soon: false }))
        : unknown();
    },
    removePreview: (id: string, undo: boolean) => {
      if (undo) {
        const session = removed.find((other) => other.id === id);
        if (session) know.sessions = [...know.sessions, session];
      } else {
        removed.push(...know.sessions.filter((session) => session.id === id));
        know.sessions = know.sessions.filter((session) => session.id !== id);
      }
      return Promise.resolve(null);
    },
    trustedCommands: () => Promise.resolve(know.trusted),
    forgetTrustedCommand: (id: string) => {
      know.trusted = know.trusted.filter((grant) => grant.id !== id);
      return Promise.resolve(null);
    },
  };
}
