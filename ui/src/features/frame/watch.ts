// Looks at the open project's folder again and again while it is in front, so that "in sync" stays true.
import { signedInUser } from "$features/accounts/session.svelte";
import { freshenFacts } from "$features/projects/projects.svelte";
import { route } from "./route.svelte";

const EVERY_MS = 5_000;
/** A folder that takes long to look at is looked at for a fifth of the time at most. */
const REST = 4;

/** Watches until the returned function is called. */
export function watchOpened(): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let stopped = false;
  const look = async () => {
    const started = Date.now();
    const inFront = route.screen === "workspace" && document.hasFocus() && signedInUser() !== null;
    if (inFront && route.projectId) await freshenFacts(route.projectId);
    if (!stopped) timer = setTimeout(() => void look(), Math.max(EVERY_MS, REST * (Date.now() - started)));
  };
  timer = setTimeout(() => void look(), EVERY_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
