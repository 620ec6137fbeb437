// Long work under way: how far each piece is, and how to stop it.
import { backend, toFailure, type TaskProgress } from "$lib/ipc";
import { bytes, count } from "$lib/format/numbers";

export interface RunningTask {
  id: string;
  /** What is being done: "Verifying v42". */
  label: string;
  progress: TaskProgress | null;
  /** The user asked for its end. */
  stopping: boolean;
}

export const tasks: { running: RunningTask[] } = $state({ running: [] });

let lastId = 0;

/** Does long work that tells how far it is; it is listed until it ends. Rejects as the work does. */
export async function runTask<Answer>(
  label: string,
  work: (id: string, tell: (progress: TaskProgress) => void) => Promise<Answer>,
): Promise<Answer> {
  const id = `task-${Date.now()}-${(lastId += 1)}`;
  tasks.running.push({ id, label, progress: null, stopping: false });
  const task = tasks.running.at(-1) as RunningTask;
  try {
    return await work(id, (progress) => {
      task.progress = progress;
    });
  } finally {
    tasks.running = tasks.running.filter((other) => other.id !== id);
  }
}

/** Asks for the end of a task, which then rejects with CANCELLED. */
export function stopTask(id: string): void {
  const task = tasks.running.find((other) => other.id === id);
  if (!task || task.stopping) return;
  task.stopping = true;
  backend()
    .cancelTask(id)
    .catch(() => (task.stopping = false));
}

export const isCancelled = (thrown: unknown): boolean => toFailure(thrown).code === "CANCELLED";

/** Their parts are megabytes (of 2^20 bytes). */
const COUNTS_MEGABYTES = new Set(["Downloading", "Hashing"]);

/** "Checking 214 of 980", "Writing 12, 3.2 MB", "Downloading 42 MB of 98 MB". */
export function taskCount(task: RunningTask): string {
  const { progress } = task;
  if (task.stopping) return "Stopping";
  if (!progress) return "Starting";
  if (COUNTS_MEGABYTES.has(progress.phase)) {
    const total = progress.total > 0 ? ` of ${bytes(progress.total * 2 ** 20)}` : "";
    return `${progress.phase} ${bytes(progress.bytes)}${total}`;
  }
  // Some phases count nothing.
  if (progress.done + progress.total === 0) return progress.phase;
  const done =
    progress.total > 0 ? `${count(progress.done)} of ${count(progress.total)}` : count(progress.done);
  const size = Number(progress.bytes) > 0 ? `, ${bytes(progress.bytes)}` : "";
  return `${progress.phase} ${done}${size}`;
}
