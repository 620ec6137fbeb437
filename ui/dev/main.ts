// Shows the screens in a browser: /dev/index.html?screen=projects&theme=dark. Never part of the built interface.
import { flushSync, mount } from "svelte";
import App from "../src/App.svelte";
import {
  openOverlay,
  route,
  showSettings,
  showVersions,
  type Overlay,
  type SettingsSection,
} from "../src/features/frame/route.svelte";
import { askReader } from "../src/features/frame/reader-slot.svelte";
import { asked, askCompare, askExport, askRestore } from "../src/features/versions/asked.svelte";
import { verifyVersion } from "../src/features/sync/verify.svelte";
import { notifications } from "../src/features/notifications/notifications.svelte";
import { openProject, projects } from "../src/features/projects/projects.svelte";
import { provideBackend } from "../src/lib/ipc/backend";
import type { Theme } from "../src/lib/ipc/bindings";
import { toast } from "../src/lib/ui/toasts.svelte";
import "../src/styles/app.css";
import { sampleKnowledge, sampleVersions } from "./versions";
import { sampleNotifications } from "./notifications";
import { noJobs, sampleJobs } from "./jobs";
import { noRefactors } from "./refactor";
import { sampleRefactors } from "./refactorSamples";
import { fakeShell, profile, sampleProjects, sessionState, syncProgress } from "./fake";

const damaged = {
  ok: false,
  problems: [
    { path: "src/sync.rs", kind: "object_mismatch", detail: "Recorded c83f 5517, found 19aa 04d1." },
    { path: "web", kind: "missing_node", detail: "b21c 408e is not stored." },
  ],
  problems_total: 2,
  healed: ["src/hash.rs"],
};
const query = new URLSearchParams(location.search);
const screen = query.get("screen") ?? "projects";
const mira = profile("mira@harbour.example");
const large = query.get("large");
const shell = fakeShell({
  ...(screen === "notifications" ? { noticesKnown: sampleNotifications() } : {}),
  jobsKnow: screen.startsWith("jobs") || screen === "models" ? sampleJobs() : noJobs(),
  refactorsKnow: noRefactors(screen.startsWith("refactor") ? { there: true, ...sampleRefactors() } : {}),
  know: sampleKnowledge({
    ...(large ? { many: 5_000, longLines: 200_000, versions: sampleVersions(10_000) } : {}),
    ...(query.has("damaged") ? { verification: damaged } : {}),
    ...(screen === "versions-empty" ? { versions: [] } : {}),
  }),
});
localStorage.clear();

shell.stored = {
  ...shell.stored,
  theme: (query.get("theme") ?? "light") as Theme,
  zoom: Number(query.get("zoom") ?? 1),
};
document.documentElement.dataset.theme = query.get("theme") ?? "light";
if (screen === "first-run") shell.state = sessionState();
else if (screen === "sign-in") shell.state = sessionState({ profiles: [mira] });
else if (screen === "sign-in-many")
  shell.state = sessionState({ profiles: [mira, profile("ada@quay.example", { display_name: "Ada Quay" })] });
else shell.state = sessionState({ profiles: [mira], user: mira, locked: screen === "locked" });
if (screen !== "projects-empty" && screen !== "open-folder") Object.assign(shell, sampleProjects());

provideBackend(shell);
mount(App, { target: document.getElementById("app") as HTMLElement });
const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
await wait(200);
shell.say.sync(syncProgress("project-inkwell"));
const [name, detail] = screen.split(":");
if (
  name === "workspace" ||
  name === "settings" ||
  name === "palette" ||
  name === "shortcuts" ||
  name === "reader" ||
  name?.startsWith("notifications")
)
  openProject("project-ferry");
if (name === "settings") showSettings((detail ?? "appearance") as SettingsSection);
if (name === "palette" || name === "shortcuts" || name === "clone" || name === "password")
  openOverlay(name as Overlay);
if (name?.startsWith("notifications")) {
  await wait(900);
  notifications.open = true;
  await wait(300);
}
if (name?.startsWith("versions")) {
  openProject("project-ferry");
  showVersions();
  await wait(700);
}
if (name === "dialog" || name === "drawer") {
  openProject("project-ferry");
  if (detail !== "compare") showVersions();
  await wait(700);
  if (detail === "restore") askRestore("project-ferry", 41);
  if (detail === "export") askExport("project-ferry", 42);
  if (detail === "compare") askCompare("project-ferry", "src/hash.rs", null);
  if (detail === "applied") asked.applied = true;
  if (detail === "verify") await verifyVersion("project-ferry", 42);
  await wait(300);
}
if (name === "reader-at") {
  openProject("project-ferry");
  await wait(500);
  askReader({ version: 41, path: "src/hash.rs" });
  await wait(700);
}
if (name === "commits" || name === "branches" || name === "overview") {
  const { showHistory } = await import("./historyScreens");
  await showHistory(name, detail);
}
if (name?.startsWith("jobs") || name === "models") {
  const { showJobsState } = await import("./jobScreens");
  await showJobsState(shell, name, detail);
}
if (name?.startsWith("refactor")) {
  const { showRefactorState } = await import("./refactorScreens");
  await showRefactorState(shell, name, detail);
}
if (name?.startsWith("previews")) {
  const { showPreviewsState } = await import("./previewScreens");
  await showPreviewsState(shell, name.slice("previews-".length), detail);
}
if (name?.startsWith("reader-") && name !== "reader-at") {
  const { showReaderState } = await import("./readerStates");
  openProject("project-ferry");
  await wait(500);
  await showReaderState(name.slice("reader-".length), detail);
}
if (name === "syncing") {
  openProject("project-inkwell");
}
if (name === "toast")
  toast({
    text: "Removed lamplight from the list",
    hint: "Its folder was not touched.",
    undo: () => undefined,
  });
if (name === "drop") shell.say.drop({ kind: "over" });
if (name === "problem")
  projects.problem = {
    code: "FOLDER_MISSING",
    message: "/mnt/gone is not there.",
    hint: "Check the path, or connect the drive it is on.",
  };
flushSync();
await wait(50);
if (name === "palette" && detail) {
  const input = document.querySelector<HTMLInputElement>("#palette input");
  if (input) {
    input.value = detail;
    input.dispatchEvent(new Event("input"));
  }
}
// search:parse_manifest, search-regex:foo(, search-context:…, search-version:…, search-references:…, search-building:…
if (name === "search" || name?.startsWith("search-")) {
  const { openSearch, openReferences } = await import("../src/features/search/searches.svelte");
  openProject("project-ferry");
  const query = detail ?? "";
  if (name === "search-references") openReferences(query, null);
  else
    openSearch({
      query,
      regex: name === "search-regex",
      context: name === "search-context" ? 2 : 0,
      version: name === "search-version" ? 41 : null,
      files: name === "search-glob" ? "src/[" : "",
    });
  await wait(1200);
  const part = {
    status: "building" as const,
    done: 40,
    total: 100,
    bytes: "0",
    corpus_bytes: "0",
    failure: null,
  };
  if (name === "search-building") shell.say.index({ project_id: "project-ferry", text: part, symbols: part });
  await wait(300);
}
if (name === "places") {
  const { goToDefinition } = await import("../src/features/search/definitions");
  openProject("project-ferry");
  await wait(300);
  const at = { line: 1, column: 0, path: "src/sync.rs", version: null, commit: null, document: "" };
  await goToDefinition({ ...at, word: detail ?? "parse_manifest" });
  await wait(200);
}
if (name === "quick-open" || name === "symbols") {
  const { togglePalette } = await import("../src/features/palette/ask.svelte");
  openProject("project-ferry");
  await wait(300);
  togglePalette(name === "symbols" ? "symbols" : "files");
  await wait(100);
  const input = document.querySelector<HTMLInputElement>("#palette input");
  if (input && detail) {
    input.value = detail;
    input.dispatchEvent(new Event("input"));
  }
  await wait(200);
}
if (name === "menu") document.querySelector<HTMLButtonElement>(`[aria-label="${detail}"]`)?.click();
if (name === "open-folder") {
  const { session } = await import("../src/features/accounts/session.svelte");
  session.choosingFirstFolder = true;
}
if (name === "error") {
  const input = document.querySelector<HTMLInputElement>('input[type="password"]');
  input?.form?.requestSubmit();
}
if (query.has("axe")) {
  const { default: axe } = await import("axe-core");
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const report = document.createElement("pre");
  report.id = "axe";
  report.textContent = JSON.stringify(
    violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`),
    })),
  );
  document.body.append(report);
}
document.title = `ready ${route.screen}`;
