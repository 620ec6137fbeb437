// How checks of a proposal are said.
import { counted } from "$lib/format/numbers";
import type { RefactorChecks, RefactorCheckRun, RefactorNameFate } from "$lib/ipc";
import type { StateWords } from "../words";

/** "4.2 s", "1 min 5 s". */
export function seconds(millis: number): string {
  if (millis < 59_950) return `${(millis / 1000).toFixed(1)} s`;
  const whole = Math.round(millis / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export const fateWords: Record<RefactorNameFate, string> = {
  UNRESOLVED: "Unresolved",
  CAPTURED: "Means something else",
  LEFT_OUT: "Left out",
};

/** What reading the changes found. */
export function readingWords(checks: RefactorChecks): StateWords {
  if (checks.errors_total > 0)
    return {
      text: `${counted(checks.errors_total, "new syntax error")}${checks.unresolved_total > 0 ? `, ${counted(checks.unresolved_total, "name")} to look at` : ""}`,
      tone: "bad",
      icon: "bad",
    };
  if (checks.unresolved_total > 0) {
    const lost = checks.unresolved.some(({ fate }) => fate !== "LEFT_OUT");
    return {
      text: lost
        ? `${counted(checks.unresolved_total, "name")} would not mean the same`
        : `${counted(checks.unresolved_total, "certain place")} left out`,
      tone: "warn",
      icon: "warn",
    };
  }
  if (checks.parsed === 0 && checks.followed === 0)
    return { text: "Nothing here can be read as code", tone: "plain", icon: "info" };
  const parsed = checks.parsed > 0 ? `${counted(checks.parsed, "file")} parsed` : "";
  const followed = checks.followed > 0 ? `names followed in ${counted(checks.followed, "file")}` : "";
  return { text: `No new errors: ${[parsed, followed].filter(Boolean).join(", ")}`, tone: "ok", icon: "okc" };
}

/** What a command of the project said. */
export function runWords(run: RefactorCheckRun): StateWords {
  const took = `, ${seconds(run.millis)}`;
  const on = run.stale ? ", before your last change of choices" : ", on these choices";
  switch (run.state) {
    case "RUNNING":
      return { text: run.phase === "Running" ? `${run.shown} runs` : run.phase, tone: "acc", icon: "load" };
    case "PASSED":
      return {
        text: `${run.shown} passed${took}${on}`,
        tone: run.stale ? "warn" : "ok",
        icon: run.stale ? "clock" : "okc",
      };
    case "FAILED": {
      const how = run.exit === null ? " was ended by the system" : ` failed with ${run.exit}`;
      return { text: `${run.shown}${how}${took}${on}`, tone: run.stale ? "warn" : "bad", icon: "bad" };
    }
    case "CANCELLED":
      return { text: `${run.shown} was cancelled`, tone: "plain", icon: "stop" };
    case "TIMED_OUT":
      return { text: `${run.shown} took too long and was ended${took}`, tone: "warn", icon: "clock" };
    case "BROKEN":
      return { text: `${run.shown} could not run`, tone: "bad", icon: "bad" };
  }
}

/** What should be known before applying; empty when nothing speaks against it. */
export function applyWarning(checks: RefactorChecks | null, run: RefactorCheckRun | null): string {
  const said: string[] = [];
  if (checks && checks.errors_total > 0) said.push(counted(checks.errors_total, "new syntax error"));
  if (checks?.unresolved.some(({ fate }) => fate !== "LEFT_OUT"))
    said.push("names that would not mean the same");
  if (run?.state === "FAILED" && !run.stale) said.push(`${run.shown} fails`);
  return said.length > 0 ? `Checks found: ${said.join(", ")}.` : "";
}
