// How far the indexes of a project are, in words.
import { backend, type IndexPart, type IndexState } from "$lib/ipc";

/** Tells where the indexes stand, now and whenever that changes, until the returned function is called. */
export function followIndex(projectId: string, heard: (state: IndexState) => void): () => void {
  let stopped = false;
  let told = false;
  const shell = backend();
  const listening = shell.onIndexChanged((state) => {
    if (stopped || state.project_id !== projectId) return;
    told = true;
    heard(state);
  });
  shell
    .indexState(projectId)
    .then((state) => !stopped && !told && heard(state))
    // Finding works without knowing how far the indexes are.
    .catch(() => undefined);
  return () => {
    stopped = true;
    void listening.then((end) => end());
  };
}

/** 0 to 100, while it is being built; null otherwise. */
export function percentBuilt(part: IndexPart | undefined): number | null {
  if (part?.status !== "building") return null;
  return part.total > 0 ? Math.min(99, Math.floor((part.done / part.total) * 100)) : 0;
}

/** What searching means while the text index is not there; null when there is nothing to say. */
export function textIndexWords(state: IndexState | null): string | null {
  const percent = percentBuilt(state?.text);
  if (percent !== null) return `Indexing ${percent} %: results come from reading files`;
  if (state?.text.status === "failed")
    return `No index: results come from reading files. ${state.text.failure?.message ?? ""}`.trim();
  return null;
}
