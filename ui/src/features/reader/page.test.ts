import { expect, it, vi } from "vitest";
import { provideBackend, type IBackend, type OpenedFile, type Side } from "$lib/ipc";
import { enliven, sideOf } from "./page";

const folder: Side = { kind: "working_tree" };

function page(html: string): HTMLElement {
  return Object.assign(document.createElement("div"), { innerHTML: html });
}

it("images come from the project and are let go with the page", async () => {
  URL.createObjectURL = vi.fn(() => "blob:one");
  URL.revokeObjectURL = vi.fn();
  provideBackend({ projectBytes: async () => new Uint8Array(4) } as unknown as IBackend);
  const shown = page('<img data-project-path="logo.png" alt="Logo">');
  const letGo = enliven(shown, "p", folder);
  await vi.waitFor(() => expect(shown.querySelector("img")?.getAttribute("src")).toBe("blob:one"));
  letGo();
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:one");
});

it("an image that is not there leaves its words", async () => {
  provideBackend({
    projectBytes: () => Promise.reject({ code: "FILE_MISSING", message: "" }),
  } as unknown as IBackend);
  const shown = page('<img data-project-path="gone.png" alt="A harbour">');
  enliven(shown, "p", folder);
  await vi.waitFor(() => expect(shown.querySelector("img")).toBeNull());
  expect(shown.textContent).toBe("image not in this folder: A harbour");
});

it("a page of a version or a commit shows the images of that state", async () => {
  URL.createObjectURL = vi.fn(() => "blob:one");
  const projectBytes = vi.fn((_project: string, path: string) =>
    path === "old.png"
      ? Promise.resolve(new Uint8Array(4))
      : Promise.reject({ code: "FILE_MISSING", message: "" }),
  );
  provideBackend({ projectBytes } as unknown as IBackend);
  const opened = { from_version: null, from_commit: null } as OpenedFile;
  const states: [Side, string][] = [
    [sideOf({ ...opened, from_version: 3 }), "image not in v3: New"],
    [sideOf({ ...opened, from_commit: "0123456789abcdef" }), "image not in commit 0123456: New"],
  ];
  expect(sideOf(opened)).toEqual(folder);
  for (const [side, words] of states) {
    const shown = page('<img data-project-path="old.png"><img data-project-path="new.png" alt="New">');
    enliven(shown, "p", side);
    await vi.waitFor(() => expect(shown.textContent).toBe(words));
    expect(shown.querySelector("img")?.getAttribute("src")).toBe("blob:one");
    expect(projectBytes.mock.calls.slice(-2)).toEqual([
      ["p", "old.png", side],
      ["p", "new.png", side],
    ]);
  }
});

it("an image of the web says that it was not loaded", () => {
  const shown = page('<img alt="Build status"><img>');
  enliven(shown, "p", folder);
  expect([...shown.querySelectorAll(".absent")].map(({ textContent }) => textContent)).toEqual([
    "image on the web, not loaded: Build status",
    "image on the web, not loaded",
  ]);
});

it("an image that can't be had for another reason doesn't claim to be missing", async () => {
  provideBackend({
    projectBytes: () => Promise.reject({ code: "TOO_LARGE", message: "" }),
  } as unknown as IBackend);
  const shown = page('<img data-project-path="huge.png">');
  enliven(shown, "p", folder);
  await vi.waitFor(() => expect(shown.textContent).toBe("image can't be shown: huge.png"));
});

it("links into the project and wide blocks can be reached by keyboard", () => {
  const shown = page('<a data-project-path="a.rs">a</a><a href="https://example.org">b</a><pre>c</pre>');
  enliven(shown, "p", folder);
  expect(shown.querySelectorAll("a[href]")).toHaveLength(2);
  expect(shown.querySelector("a[href^=https]")).not.toBeNull();
  expect(shown.querySelector("pre")?.tabIndex).toBe(0);
});
