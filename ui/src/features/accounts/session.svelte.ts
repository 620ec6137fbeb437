// Who is signed in, as the shell last said.
import { backend, toFailure, type Failure, type ProfileSummary, type SessionState } from "$lib/ipc";

interface Session {
  /** Null until the shell has answered. */
  state: SessionState | null;
  /** Why the shell can't say who is signed in (the data folder can't be opened, for instance). */
  failure: Failure | null;
  /** True from the first profile's creation until its first project, or until that step is skipped. */
  choosingFirstFolder: boolean;
}

export const session: Session = $state({ state: null, failure: null, choosingFirstFolder: false });

/** The signed-in profile while the window is unlocked. */
export function signedInUser(): ProfileSummary | null {
  return session.state && !session.state.locked ? session.state.user : null;
}

/** Takes over what the shell said. */
export function setSession(state: SessionState): void {
  session.state = state;
  session.failure = null;
}

/** Asks the shell who is signed in. */
export async function loadSession(): Promise<void> {
  try {
    setSession(await backend().sessionState());
  } catch (thrown) {
    session.failure = toFailure(thrown);
  }
}

export async function lock(): Promise<void> {
  setSession(await backend().lock());
}

export async function signOut(): Promise<void> {
  session.choosingFirstFolder = false;
  setSession(await backend().signOut());
}

/** The letter on the profile's disc. */
export function initial(profile: ProfileSummary): string {
  return (profile.display_name || profile.email).slice(0, 1).toUpperCase();
}

/** How the profile is called: its name, or else its e-mail. */
export function profileName(profile: ProfileSummary): string {
  return profile.display_name || profile.email;
}

const touchEvery = 10_000;
let touchedAt = 0;

/** Tells the shell that somebody is there, so that it doesn't lock; at most every ten seconds. */
export function noteInput(now = Date.now()): void {
  if (now - touchedAt < touchEvery || !signedInUser()) return;
  touchedAt = now;
  backend()
    .touch()
    .catch(() => undefined);
}
