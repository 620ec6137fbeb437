import { expect, it } from "vitest";
import { formatAscii, formatHex, formatOffset, offsetDigits, parseOffset } from "./hex";

const bytes = Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0x20, 0x7e, 0xff]);

it("a row is two groups of eight bytes and always as wide", () => {
  expect(formatHex(bytes)).toBe(`7f 45 4c 46 00 01 02 03  20 7e ff${" ".repeat(15)}`);
  expect(formatHex([]).length).toBe(formatHex(new Uint8Array(16)).length);
});

it("only printable ASCII is shown as text", () => {
  expect(formatAscii(bytes)).toBe("·ELF···· ~·");
});

it("offsets have eight digits, more beyond four gigabytes", () => {
  expect(formatOffset(255, offsetDigits(2 * 2 ** 30))).toBe("000000ff");
  expect(offsetDigits(2 ** 32 + 1)).toBe(9);
  expect(offsetDigits(0)).toBe(8);
});

it("offsets may be typed as decimal or hex, and must lie in the file", () => {
  expect(parseOffset("256", 1000)).toBe(256);
  expect(parseOffset("0x100", 1000)).toBe(256);
  expect(parseOffset("1fh", 1000)).toBe(31);
  expect(parseOffset("1000", 1000)).toBeNull();
  expect(parseOffset("zz", 1000)).toBeNull();
  expect(parseOffset("", 1000)).toBeNull();
});
