// Counts and sizes as people read them.

const grouped = new Intl.NumberFormat("en-GB");

/** "1,640". */
export function count(value: number): string {
  return grouped.format(value);
}

/** "1 file", "2,340 files". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const units = ["bytes", "KB", "MB", "GB", "TB"];

/** "812 bytes", "3.2 MB", "412 MB": powers of a thousand. Takes the shell's decimal strings, too. */
export function bytes(value: number | string): string {
  let size = Number(value);
  if (!Number.isFinite(size)) return "";
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  if (unit === 0) return size === 1 ? "1 byte" : `${size} bytes`;
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
