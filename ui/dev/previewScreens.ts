// Brings the previews into a state that is to be looked at: ?screen=previews, previews-empty, previews-trust, previews-failed…
import { flushSync } from "svelte";
import { showPreviews } from "../src/features/frame/route.svelte";
import { previewsOf } from "../src/features/previews/sessions.svelte";
import { previewProject, start } from "../src/features/previews/start";
import { openProject } from "../src/features/projects/projects.svelte";
import type { PreviewRequest } from "../src/lib/ipc/bindings";
import type { FakeShell } from "./fake";
import { devCommand, failedLog, preview, samplePreviews } from "./previews";

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const id = "project-ferry";
const vite: PreviewRequest = { kind: "dev_server", argv: ["pnpm", "dev", "--port", "5173"], folder: "web" };

const server = {
  kind: "DEV_SERVER",
  title: "Dev server",
  folder: "web",
  command: "pnpm dev --port 5173",
} as const;

/** States without a name of their own: previews-new, -version, -waiting, -beside, -edit, -many, -log. */
export async function showPreviewsState(shell: FakeShell, state: string, detail = ""): Promise<void> {
  const know = shell.previewsKnow;
  const others = know.sessions.slice(1);
  if (state === "empty" || state === "none") know.sessions = [];
  if (state === "none") Object.assign(know.choices, { commands: [], folders: know.choices.folders.slice(2) });
  if (state === "trust") know.trusted = [];
  if (state === "waiting" || state === "trust" || state === "changed") know.sessions = others;
  if (state === "failed") {
    know.sessions = [
      preview("failed", {
        ...server,
        status: "EXPIRED",
        ended_reason: "CRASHED",
        ended_at: new Date(Date.now() - 40_000).toISOString(),
        error: "pnpm ended with code 1 before anything answered.",
        disk_bytes: "1200",
      }),
      ...others,
    ];
    know.logs.failed = failedLog();
  }
  if (state === "pending") {
    know.pace = 600_000;
    know.choices.commands = [devCommand({ trusted: true })];
    know.sessions = others;
  }
  if (state === "many" || state === "log") {
    const line = know.logs.dev?.[1];
    if (line)
      know.logs.dev = Array.from({ length: 9_000 }, (_, at) => ({
        ...line,
        source: at % 7 === 0 ? "err" : "out",
        text: `${at} ${"hmr update /src/VersionList.tsx ".repeat(1 + (at % 9))}`,
      }));
    if (state === "many")
      know.sessions = [
        ...samplePreviews().sessions,
        ...Array.from({ length: 300 }, (_, at) =>
          preview(`old-${at}`, {
            title: `Snapshot of v${300 - at}`,
            version: 300 - at,
            status: "EXPIRED",
            ended_reason: at % 2 ? "STOPPED" : "TIMED_OUT",
            ended_at: new Date(Date.now() - at * 3_600_000).toISOString(),
          }),
        ),
      ];
  }
  openProject(id);
  showPreviews();
  await wait(700);
  const list = previewsOf(id);
  if (state === "v41") list.choose("v41");
  if (state === "failed") list.choose("failed");
  if (state === "expired") list.choose("v36");
  if (state === "waiting") list.asked = { kind: "waiting" };
  if (state === "new" || state === "version" || state === "edit") list.askNew();
  if (state === "edit")
    list.draft = { text: detail || 'NODE_ENV=test npm run "dev server" && echo', folder: "web" };
  if (state === "beside") list.askNew("dev");
  if (state === "trust" || state === "changed") await start(id, vite, { ask: true });
  if (state === "pending") await previewProject();
  flushSync();
  await wait(200);
  if (state === "version") document.querySelectorAll<HTMLElement>('#previews [role="radio"]')[1]?.click();
  if (state === "menu") document.querySelector<HTMLElement>('#previews [aria-haspopup="menu"]')?.click();
  await wait(500);
}
