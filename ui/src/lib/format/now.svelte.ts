// The present, moved on twice a minute so that "12 min ago" stays true.

export const now: { value: Date } = $state({ value: new Date() });

/** Lets the present move until the returned function is called. */
export function keepTime(): () => void {
  now.value = new Date();
  const timer = setInterval(() => (now.value = new Date()), 30_000);
  return () => clearInterval(timer);
}
