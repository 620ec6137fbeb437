import { describe, expect, it } from "vitest";
import { provideBackend, type IBackend, type TreeEntry } from "$lib/ipc";
import { lastingState, permalink } from "./permalink";

const entry = (path: string, extra: Partial<TreeEntry> = {}): TreeEntry => ({
  name: path,
  path,
  kind: "file",
  size: "1",
  ignored: false,
  change: null,
  ...extra,
});

describe("a reference to lines", () => {
  it("names file, lines and state", () => {
    expect(permalink("src/a.rs", { first: 3, last: 9 }, 12)).toBe("src/a.rs#L3-L9@v12");
    expect(permalink("src/a.rs", { first: 3, last: 3 }, "0f3c2a19de00f1b2")).toBe("src/a.rs#L3@0f3c2a1");
    expect(permalink("src/a.rs", { first: 3, last: 3 }, null)).toBe("src/a.rs#L3");
    expect(permalink("src/a.rs", null, 12)).toBe("src/a.rs@v12");
  });

  it("of the folder names the latest version only while the file is as that has it", async () => {
    const entries = [
      entry("src/a.rs"),
      entry("src/b.rs", { change: "modified" }),
      entry("src/c", { ignored: true }),
    ];
    const asked: string[] = [];
    provideBackend({
      directory: async (_: string, path: string) => {
        asked.push(path);
        return { path, entries, from_version: null };
      },
    } as unknown as IBackend);
    expect(await lastingState("p", "src/a.rs", null, 42)).toBe(42);
    expect(await lastingState("p", "src/b.rs", null, 42)).toBeNull();
    expect(await lastingState("p", "src/c", null, 42)).toBeNull();
    expect(await lastingState("p", "src/gone.rs", null, 42)).toBeNull();
    expect(asked).toEqual(["src", "src", "src", "src"]);
    expect(await lastingState("p", "src/a.rs", 7, 42)).toBe(7);
    expect(await lastingState("p", "src/a.rs", null, null)).toBeNull();
  });

  it("leaves the state out when the folder can't be listed", async () => {
    provideBackend({ directory: () => Promise.reject(new Error("gone")) } as unknown as IBackend);
    expect(await lastingState("p", "a.rs", null, 42)).toBeNull();
  });
});
