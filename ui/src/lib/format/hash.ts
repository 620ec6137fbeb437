// Hashes as people read them: two groups of four, and a fingerprint of eight bars.

/** The first eight hex digits as `7c1e 9af2`. */
export function hashGroups(hash: string): string {
  return `${hash.slice(0, 4)} ${hash.slice(4, 8)}`.trim();
}

/** Heights, 2 to 12, of the eight bars that stand for the first eight hex digits. */
export function fingerprintBars(hash: string): number[] {
  return [...hash.slice(0, 8)].map((digit) => 2 + Math.round((Number.parseInt(digit, 16) || 0) * (2 / 3)));
}
