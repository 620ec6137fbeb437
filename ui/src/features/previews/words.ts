// What the window says about a preview: its state, its time, what it shows.
import { exactTime } from "$lib/format/time";
import type { Certainty, Preview } from "$lib/ipc";
import type { IconName } from "$lib/ui/icons";

const minute = 60_000;

export interface StateWords {
  word: string;
  icon: IconName;
  tone: "plain" | "ok" | "acc" | "bad";
  spin?: boolean;
}

/** Whether it ended without anybody wanting that. */
export const hasFailed = (preview: Preview) =>
  preview.ended_reason === "FAILED" || preview.ended_reason === "CRASHED";

/** Its state in a word. */
export function stateOf(preview: Preview): StateWords {
  if (preview.status === "READY") return { word: "Ready", icon: "check", tone: "ok" };
  if (preview.status === "PENDING") return { word: "Pending", icon: "load", tone: "acc", spin: true };
  return hasFailed(preview)
    ? { word: "Failed", icon: "warn", tone: "bad" }
    : { word: "Expired", icon: "clock", tone: "plain" };
}

export const notStarted: StateWords = { word: "Not started", icon: "dot", tone: "plain" };

/** "1 h 12 min", "23 min", "2 days 4 h"; less than a minute is said so. Never negative. */
export function span(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / minute);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 48) return rest ? `${hours} h ${rest} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} days ${hours % 24} h` : `${days} days`;
}

/** Milliseconds that a running preview still has; 0 when its time is up. */
export function leftOf(preview: Preview, now: Date): number {
  const left = new Date(preview.expires_at).getTime() - now.getTime();
  return Number.isFinite(left) ? Math.max(0, left) : 0;
}

/** "1 h 12 min left". */
export function timeLeft(preview: Preview, now: Date): string {
  const left = leftOf(preview, now);
  return left > 0 ? `${span(left)} left` : "Time is up";
}

/** "14:02" of the moment, with the day where it isn't today. */
export function clockTime(at: string | null, now: Date): string {
  const whole = at ? exactTime(at) : "";
  const [day = "", time = ""] = whole.split(", ");
  const today = exactTime(now.toISOString()).split(", ")[0];
  if (!whole) return "";
  return day === today ? time.slice(0, 5) : `${day.replace(/ \d{4}$/, "")} ${time.slice(0, 5)}`;
}

/** "Port 41700", "Static, port 41741", "Stopped 11:52": the second line of a session. */
export function secondLine(preview: Preview, now: Date): string {
  const at = clockTime(preview.ended_at, now);
  if (preview.status === "PENDING") return "Starting";
  if (preview.status === "READY") {
    const port = preview.port === null ? "" : `port ${preview.port}`;
    return preview.kind === "STATIC" ? (port ? `Static, ${port}` : "Static") : capital(port || "Dev server");
  }
  if (preview.ended_reason === "FAILED") return `Did not start, ${at}`;
  if (preview.ended_reason === "CRASHED") return `Ended by itself ${at}`;
  return `${preview.ended_reason === "STOPPED" ? "Stopped" : "Ended"} ${at}`;
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Its state in plain words. */
export function sentenceOf(preview: Preview, now: Date): string {
  const at = clockTime(preview.ended_at, now);
  if (preview.status === "PENDING") return "The command runs. This turns ready as soon as it answers.";
  if (preview.status === "READY")
    return preview.kind === "STATIC"
      ? preview.version === null
        ? "The folder is served as it is. Open pages reload when a file is saved."
        : "The version is served as it was recorded. It never changes."
      : "The dev server answers. Only this computer reaches it, with the link.";
  switch (preview.ended_reason) {
    case "STOPPED":
      return `You stopped it at ${at}. Its link no longer works.`;
    case "FAILED":
      return `It was over at ${at}, before anything answered.`;
    case "CRASHED":
      return `The command ended by itself at ${at}.`;
    default:
      return `Its time ran out at ${at}. Its link no longer works.`;
  }
}

/** "The working copy", "v41". */
export const stateShown = (preview: Preview) =>
  preview.version === null ? "The working copy" : `v${preview.version}`;

/** "All of it" or the folder. */
export const folderShown = (folder: string) => (folder === "" ? "All of the project" : `${folder}/`);

/** How sure a detected command is, in a word. */
export const certaintyWords: Record<Certainty, string> = {
  sure: "Sure",
  likely: "Likely",
  possible: "Possible",
};
