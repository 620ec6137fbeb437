import { expect, it, vi } from "vitest";
import { provideBackend, type IBackend } from "$lib/ipc";
import { enliven } from "./page";

function page(html: string): HTMLElement {
  return Object.assign(document.createElement("div"), { innerHTML: html });
}

it("images come from the project and are let go with the page", async () => {
  URL.createObjectURL = vi.fn(() => "blob:one");
  URL.revokeObjectURL = vi.fn();
  provideBackend({ projectBytes: async () => new Uint8Array(4) } as unknown as IBackend);
  const shown = page('<img data-project-path="logo.png" alt="Logo">');
  const letGo = enliven(shown, "p");
  await vi.waitFor(() => expect(shown.querySelector("img")?.getAttribute("src")).toBe("blob:one"));
  letGo();
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:one");
});

it("an image that is not there leaves its words", async () => {
  provideBackend({
    projectBytes: () => Promise.reject({ code: "FILE_MISSING", message: "" }),
  } as unknown as IBackend);
  const shown = page('<img data-project-path="gone.png" alt="A harbour">');
  enliven(shown, "p");
  await vi.waitFor(() => expect(shown.querySelector("img")).toBeNull());
  expect(shown.textContent).toBe("image not in this folder: A harbour");
});

it("an image of the web says that it was not loaded", () => {
  const shown = page('<img alt="Build status"><img>');
  enliven(shown, "p");
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
  enliven(shown, "p");
  await vi.waitFor(() => expect(shown.textContent).toBe("image can't be shown: huge.png"));
});

it("links into the project and wide blocks can be reached by keyboard", () => {
  const shown = page('<a data-project-path="a.rs">a</a><a href="https://example.org">b</a><pre>c</pre>');
  enliven(shown, "p");
  expect(shown.querySelectorAll("a[href]")).toHaveLength(2);
  expect(shown.querySelector("a[href^=https]")).not.toBeNull();
  expect(shown.querySelector("pre")?.tabIndex).toBe(0);
});
