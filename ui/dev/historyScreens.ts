// Brings the screens of history and overview into a state that is to be looked at: ?screen=commits:none, branches, overview:late…
import { askCommits, askHistory } from "../src/features/history/asked.svelte";
import { commitsOf } from "../src/features/history/commits.svelte";
import { referencesOf } from "../src/features/history/references.svelte";
import { putView } from "../src/features/history/view.svelte";
import { showVersions, showWorkspace } from "../src/features/frame/route.svelte";
import { openProject } from "../src/features/projects/projects.svelte";
import { backend } from "../src/lib/ipc/backend";
import { runCommand } from "../src/lib/keys/commands.svelte";
import { fakeId, fakeRepository, sampleHistory, type FakeHistory } from "./history";
import { noActivity, nothingYet, sampleOverview } from "./overview";

const page = `<h1>ferry</h1><p>Carries a folder over to another disk, <em>exactly once</em>. Read <a data-project-path="docs/manual/start.md">the manual</a> first.</p>
<pre><code>ferry sync ~/harbour /mnt/quay</code></pre><h2>What it promises</h2><ul><li>Nothing is written before all is read.</li><li>A crash leaves the old state or the new one.</li></ul>
<table><thead><tr><th>Folder</th><th>Files</th><th>Seconds</th></tr></thead><tbody><tr><td>small</td><td>120</td><td>0.02</td></tr></tbody></table>`;

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const project = "project-ferry";

const failure = {
  code: "GIT_BROKEN",
  message: "The repository could not be read: an object is damaged.",
  hint: "Run git fsck in the folder, or clone it again.",
};

const repositories: Record<string, () => FakeHistory> = {
  none: () => sampleHistory({ kind: "none", activity: noActivity() }),
  unborn: () => sampleHistory({ kind: "unborn" }),
  failed: () => sampleHistory({ commits: [], failure }),
  cut: () => sampleHistory({ count: 37, failure }),
  loading: () => sampleHistory({ step: 1_200, pause: 60_000 }),
  late: () => sampleHistory({ late: 60_000 }),
  unsynced: () => sampleHistory({ overview: nothingYet() }),
  bare: () =>
    sampleHistory({
      overview: sampleOverview({
        files: 0,
        bytes: "0",
        languages: [],
        readme: null,
        directories: [],
        largest: [],
        dependencies: [],
        entry_points: [],
      }),
    }),
};

export async function showHistory(screen: string, detail = ""): Promise<void> {
  fakeRepository.know = (repositories[detail] ?? (() => sampleHistory()))();
  openProject(project);
  if (screen === "overview") {
    const shell = backend();
    const openFile = shell.openFile.bind(shell);
    const readme = { document: "readme", path: "README.md", name: "README.md", language: "Markdown" };
    Object.assign(shell, {
      openFile: (id: string, path: string, version: number | null) =>
        path === "README.md" ? Promise.resolve(readme) : openFile(id, path, version),
      renderMarkdown: () => Promise.resolve({ html: page }),
    });
    showWorkspace();
    await wait(700);
    runCommand("overview.show");
    await wait(600);
    if (detail === "end") document.querySelector(".overview")?.scrollTo(0, 700);
    return;
  }
  showVersions();
  putView(project, screen === "branches" ? "branches" : "commits");
  await wait(700);
  const commits = commitsOf(project);
  if (detail === "file") askHistory({ path: "src/hash.rs" });
  if (detail === "filter") commits.typed("blocks");
  if (detail === "search") commits.typed("Merge");
  if (detail === "merge") commits.pick(fakeId(1));
  if (detail === "folder") commits.compareFolder();
  if (detail === "pair") commits.pickToo(fakeId(4));
  if (detail === "named") askCommits({ id: fakeId(0), name: "main" }, { id: fakeId(5), name: "release/2.1" });
  if (detail === "far") commits.focused = 4_000;
  if (detail === "menu")
    document
      .querySelector('[data-index="2"]')
      ?.dispatchEvent(
        new MouseEvent("contextmenu", { bubbles: true, clientX: 300, clientY: 240, button: 2 }),
      );
  if (detail === "picker") document.querySelector<HTMLElement>('[aria-label^="Begin at"]')?.click();
  if (screen === "branches" && detail === "match") referencesOf(project).filter = "part";
  await wait(700);
}
