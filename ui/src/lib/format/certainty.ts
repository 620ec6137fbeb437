// How it is said how sure a place is.
import type { RefactorCertainty } from "$lib/ipc";

export const certaintyWords: Record<RefactorCertainty, string> = {
  CERTAIN: "Certain",
  PROBABLE: "Probable",
  TEXT: "Comments and strings",
};

export const certaintyTone = { CERTAIN: "ok", PROBABLE: "warn", TEXT: "plain" } as const;
export const certaintyIcon = { CERTAIN: "check", PROBABLE: "ask", TEXT: "msg" } as const;
