// Short messages at the foot of the window, some of which can be undone.
import { toFailure } from "$lib/ipc";

export interface Toast {
  id: number;
  text: string;
  /** A second line: the remedy of an error. */
  hint?: string;
  tone: "plain" | "bad";
  /** Takes the action back. Ctrl+Z does it for the newest toast that has one. */
  undo?: () => void | Promise<void>;
  /** Another single action, as a verb plus object. */
  action?: { label: string; run: () => void | Promise<void> };
}

/** How long a toast stays while nobody hovers or focuses it. */
export const toastMilliseconds = 10_000;

export const toasts: { list: Toast[] } = $state({ list: [] });

interface Clock {
  handle: ReturnType<typeof setTimeout>;
  startedAt: number;
  left: number;
}
const clocks = new Map<number, Clock>();
let lastId = 0;
let covered = false;

/** While the window is locked or nobody is signed in no message is shown, and none is kept for later. */
export function coverToasts(on: boolean): void {
  covered = on;
  if (on) dismissAllToasts();
}

/** Shows a message; at most three stay on screen. Returns its id. */
export function toast(message: Omit<Toast, "id" | "tone"> & { tone?: Toast["tone"] }): number {
  const id = ++lastId;
  if (covered) return id;
  toasts.list.push({ tone: "plain", ...message, id });
  while (toasts.list.length > 3) dismissToast(toasts.list[0]?.id ?? 0);
  startClock(id, toastMilliseconds);
  return id;
}

/** Shows what went wrong where the cause is off screen. */
export function toastFailure(thrown: unknown, action?: Toast["action"]): void {
  const failure = toFailure(thrown);
  toast({
    text: failure.message,
    tone: "bad",
    ...(failure.hint ? { hint: failure.hint } : {}),
    ...(action ? { action } : {}),
  });
}

export function dismissToast(id: number): void {
  const clock = clocks.get(id);
  if (clock) clearTimeout(clock.handle);
  clocks.delete(id);
  toasts.list = toasts.list.filter((other) => other.id !== id);
}

/** Withdraws every offer to undo: something later was begun that has its own. */
export function dismissUndo(): void {
  for (const { id, undo } of [...toasts.list]) if (undo) dismissToast(id);
}

export function dismissAllToasts(): void {
  for (const { id } of [...toasts.list]) dismissToast(id);
}

/** Stops the clocks while a toast is hovered or focused. */
export function holdToasts(): void {
  for (const [, clock] of clocks) {
    clearTimeout(clock.handle);
    clock.left = Math.max(1_000, clock.left - (Date.now() - clock.startedAt));
  }
}

/** Lets the clocks run on. */
export function releaseToasts(): void {
  for (const [id, clock] of [...clocks]) startClock(id, clock.left);
}

/** The newest toast that can be undone. */
export function undoableToast(): Toast | undefined {
  return toasts.list.findLast((message) => message.undo);
}

/** Takes back what the toast reports and removes it. */
export async function undoToast(message: Toast): Promise<void> {
  dismissToast(message.id);
  try {
    await message.undo?.();
  } catch (thrown) {
    toastFailure(thrown);
  }
}

function startClock(id: number, left: number): void {
  clearTimeout(clocks.get(id)?.handle);
  clocks.set(id, { handle: setTimeout(() => dismissToast(id), left), startedAt: Date.now(), left });
}
