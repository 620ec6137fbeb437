// What verifying said about versions while this window was open. Nothing is called verified that wasn't.
import { SvelteMap } from "svelte/reactivity";
import { counted } from "$lib/format/numbers";
import { backend, type ProjectCard, type Verification } from "$lib/ipc";
import { toast, toastFailure } from "$lib/ui/toasts.svelte";

export type Verdict = "unchecked" | "checking" | "verified" | "mismatch";

const results = new SvelteMap<string, Verification | "checking">();

/** The verdict on the latest version of the project. */
export function verdictOf(project: ProjectCard): Verdict {
  const result = project.latest ? results.get(project.latest.id) : undefined;
  if (!result) return "unchecked";
  if (result === "checking") return "checking";
  return result.ok ? "verified" : "mismatch";
}

/** The last verification of the latest version, when one has ended. */
export function verificationOf(project: ProjectCard): Verification | null {
  const result = project.latest ? results.get(project.latest.id) : undefined;
  return result && result !== "checking" ? result : null;
}

/** Walks every node and object of the latest version. */
export async function verifyLatest(project: ProjectCard): Promise<void> {
  const latest = project.latest;
  if (!latest || results.get(latest.id) === "checking") return;
  results.set(latest.id, "checking");
  try {
    const result = await backend().verifyVersion(
      crypto.randomUUID(),
      project.id,
      latest.version,
      () => undefined,
    );
    results.set(latest.id, result);
    if (result.ok)
      toast({
        text: `v${result.version} matches its hash: ${counted(result.checked, "entry", "entries")} checked`,
      });
    else
      toast({
        text: `v${result.version} does not match its hash`,
        hint: `${counted(result.problems.length, "problem")} found. Settings, Security and lock lists them.`,
        tone: "bad",
      });
  } catch (thrown) {
    results.delete(latest.id);
    toastFailure(thrown);
  }
}

export function resetVerdicts(): void {
  results.clear();
}
