// Moments as people say them. All times of the shell are RFC 3339 in UTC; people see their own clock.

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const minute = 60_000;

const twoDigits = (value: number) => String(value).padStart(2, "0");
const clock = (date: Date) => `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** "Just now", "12 min ago", "Today 09:02", "Yesterday 17:20", "14 Nov", "14 Nov 2024". Empty when `at` is no time. */
export function relativeTime(at: string, now: Date): string {
  const then = new Date(at);
  const age = now.getTime() - then.getTime();
  if (Number.isNaN(age)) return "";
  if (Math.abs(age) < minute) return "Just now";
  if (age > 0 && age < 60 * minute) return `${Math.floor(age / minute)} min ago`;
  const days = Math.round((midnight(now) - midnight(then)) / (24 * 60 * minute));
  if (days === 0) return `Today ${clock(then)}`;
  if (days === 1) return `Yesterday ${clock(then)}`;
  return calendarDay(then, now);
}

/** "14 Nov", with the year when it isn't this one. */
export function calendarDay(then: Date, now: Date): string {
  const day = `${then.getDate()} ${months[then.getMonth()]}`;
  return then.getFullYear() === now.getFullYear() ? day : `${day} ${then.getFullYear()}`;
}

/** "14 Nov 2026, 09:02:11". */
export function exactTime(at: string): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return "";
  return `${then.getDate()} ${months[then.getMonth()]} ${then.getFullYear()}, ${clock(then)}:${twoDigits(then.getSeconds())}`;
}

/** "0.4 s", "12 s", "2 min 05 s". */
export function duration(milliseconds: number): string {
  if (milliseconds < 50) return "under 0.1 s";
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
}
