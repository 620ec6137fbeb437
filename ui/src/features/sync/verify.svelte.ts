// What verifying said about versions while this window was open. Nothing is called verified that wasn't.
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { count, counted } from "$lib/format/numbers";
import { backend, type ProjectCard, type Verification, type VersionCard } from "$lib/ipc";
import { isCancelled, runTask } from "$lib/tasks.svelte";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";

export type Verdict = "unchecked" | "checking" | "verified" | "mismatch";

/** Stands for "every version" among those being checked. */
const ALL = 0;

const results = new SvelteMap<string, { verification: Verification; at: string }>();
const checking = new SvelteSet<string>();
const key = (projectId: string, version: number) => `${projectId}/${version}`;

/** What to keep in sight: the verifications that found something, until closed. */
export const report: { projectId: string | null; list: Verification[]; checked: number } = $state({
  projectId: null,
  list: [],
  checked: 0,
});

/** The verdict on a version: of this window, or as it was recorded. */
export function verdictOn(projectId: string, version: number, verifiedAt: string | null = null): Verdict {
  if (checking.has(key(projectId, version)) || checking.has(key(projectId, ALL))) return "checking";
  const result = results.get(key(projectId, version))?.verification;
  if (result) return result.ok ? "verified" : "mismatch";
  return verifiedAt ? "verified" : "unchecked";
}

/** When a version was last found to be sound; null when never, or when it no longer is. */
export function verifiedAt(projectId: string, card: VersionCard): string | null {
  const result = results.get(key(projectId, card.version));
  if (!result) return card.verified_at;
  return result.verification.ok ? result.at : null;
}

export function verificationOn(projectId: string, version: number): Verification | null {
  return results.get(key(projectId, version))?.verification ?? null;
}

/** The verdict on the latest version of the project. */
export function verdictOf(project: ProjectCard): Verdict {
  return project.latest ? verdictOn(project.id, project.latest.version) : "unchecked";
}

/** The last verification of the latest version, when one has ended. */
export function verificationOf(project: ProjectCard): Verification | null {
  return project.latest ? verificationOn(project.id, project.latest.version) : null;
}

/** Walks every node and object of the latest version. */
export async function verifyLatest(project: ProjectCard): Promise<void> {
  if (project.latest) await verifyVersion(project.id, project.latest.version);
}

/** Walks every node and object of a version, and says what it found. */
export async function verifyVersion(projectId: string, version: number): Promise<void> {
  await verify(projectId, version, `Verifying v${version}`, async (id, tell) => [
    await backend().verifyVersion(id, projectId, version, tell),
  ]);
}

/** Walks every version of a project, as one task. */
export async function verifyEvery(projectId: string): Promise<void> {
  await verify(projectId, ALL, "Verifying every version", (id, tell) =>
    backend().verifyAll(id, projectId, tell),
  );
}

async function verify(
  projectId: string,
  version: number,
  label: string,
  work: Parameters<typeof runTask<Verification[]>>[1],
): Promise<void> {
  if (checking.has(key(projectId, version))) return;
  checking.add(key(projectId, version));
  try {
    const list = await runTask(label, work);
    const at = new Date().toISOString();
    for (const verification of list) results.set(key(projectId, verification.version), { verification, at });
    tell(projectId, list);
  } catch (thrown) {
    if (isCancelled(thrown)) toast({ text: "Verification cancelled. Nothing was changed." });
    else toastFailure(thrown);
  } finally {
    checking.delete(key(projectId, version));
  }
}

/** A sound version is told in passing; what is damaged or was healed stays in sight until it is closed. */
function tell(projectId: string, list: Verification[]): void {
  const checked = list.reduce((sum, { checked }) => sum + checked, 0);
  const noted = list.filter(({ ok, healed }) => !ok || healed.length > 0);
  if (noted.length > 0) {
    Object.assign(report, { projectId, list: noted, checked });
    return;
  }
  if (report.projectId === projectId) closeReport();
  const [only] = list;
  if (list.length === 1 && only)
    toast({
      text: `v${only.version} matches its hash: ${counted(only.checked, "entry", "entries")} checked`,
    });
  else
    toast({
      text: `All ${count(list.length)} versions match their hashes: ${counted(checked, "entry", "entries")} checked`,
    });
}

export function closeReport(): void {
  Object.assign(report, { projectId: null, list: [], checked: 0 });
}

export function resetVerdicts(): void {
  results.clear();
  checking.clear();
  closeReport();
}
