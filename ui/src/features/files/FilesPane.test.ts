import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { provideBackend, type IBackend, type TreeEntry } from "$lib/ipc";
import { loadCounts, resetTotals } from "$features/threads/screen/totals.svelte";
import { setSession } from "$features/accounts/session.svelte";
import { profile, sessionState } from "../../../dev/fake";
import { FileTree } from "./fileTree.svelte";
import FilesPane from "./FilesPane.svelte";

function entry(path: string, kind: TreeEntry["kind"] = "file", more: Partial<TreeEntry> = {}): TreeEntry {
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    kind,
    size: "0",
    ignored: false,
    change: null,
    ...more,
  };
}

const onopen = vi.fn();
let unreadable: boolean;

async function show(current: string | null = null) {
  const tree = new FileTree("p", [], false, () => undefined);
  await tree.load();
  render(FilesPane, { tree, current, onopen });
  return tree;
}

const item = (name: RegExp) => screen.getByRole("treeitem", { name });

beforeEach(() => {
  onopen.mockClear();
  unreadable = false;
  const listing: Record<string, TreeEntry[]> = {
    "": [
      entry("src", "directory", { change: "modified" }),
      entry("README.md", "file", { change: "added" }),
      entry("out", "file", { ignored: true }),
    ],
    src: [entry("src/lib.rs")],
  };
  provideBackend({
    directory: async (_: string, path: string) => {
      if (path === "src" && unreadable)
        throw { code: "FOLDER_UNREADABLE", message: "src can't be read", hint: null };
      return { path, entries: listing[path] ?? [], from_version: null };
    },
    threadCounts: async () => [
      { path: "README.md", open: 2, unread: 0 },
      { path: "src/lib.rs", open: 3, unread: 1 },
    ],
  } as unknown as IBackend);
});

it("rows say their place, what they are and how they changed", async () => {
  await show("README.md");
  const row = item(/README/);
  expect(row.getAttribute("aria-level")).toBe("1");
  expect(row.getAttribute("aria-setsize")).toBe("3");
  expect(row.getAttribute("aria-posinset")).toBe("2");
  expect(row.getAttribute("aria-selected")).toBe("true");
  expect(row.hasAttribute("aria-expanded")).toBe(false);
  expect(row.textContent).toContain("added");
  expect(item(/out/).textContent).toContain("ignored");
  expect(item(/src/).getAttribute("aria-expanded")).toBe("false");
});

it("one row has the tab stop, and it moves with the arrows", async () => {
  await show();
  const stops = () => screen.getAllByRole("treeitem").filter((row) => row.tabIndex === 0);
  expect(stops()).toEqual([item(/src/)]);
  item(/src/).focus();
  await fireEvent.keyDown(item(/src/), { key: "ArrowDown" });
  await waitFor(() => expect(document.activeElement).toBe(item(/README/)));
  expect(stops()).toEqual([item(/README/)]);
});

it("a folder opens with Right and its entries come under it", async () => {
  await show();
  await fireEvent.keyDown(item(/src/), { key: "ArrowRight" });
  await waitFor(() => expect(item(/lib\.rs/).getAttribute("aria-level")).toBe("2"));
  await fireEvent.keyDown(item(/src/), { key: "ArrowLeft" });
  await waitFor(() => expect(screen.queryByRole("treeitem", { name: /lib\.rs/ })).toBeNull());
});

it("a click looks at a file, a double click keeps it, Enter goes to it", async () => {
  await show();
  await fireEvent.click(item(/README/));
  expect(onopen).toHaveBeenLastCalledWith("README.md", false, false);
  await fireEvent.dblClick(item(/README/));
  expect(onopen).toHaveBeenLastCalledWith("README.md", true, true);
  onopen.mockClear();
  await fireEvent.keyDown(item(/README/), { key: "Enter" });
  expect(onopen).toHaveBeenLastCalledWith("README.md", true, true);
});

it("a folder that can't be read says so in place and can be tried again", async () => {
  await show();
  unreadable = true;
  await fireEvent.click(item(/src/));
  await waitFor(() => expect(item(/can't be read/)).toBeTruthy());
  unreadable = false;
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(item(/lib\.rs/)).toBeTruthy());
});

it("only changed files are shown on request", async () => {
  await show();
  await fireEvent.click(screen.getByRole("button", { name: "Show changed files only" }));
  expect(screen.queryByRole("treeitem", { name: /out/ })).toBeNull();
  expect(item(/README/)).toBeTruthy();
});

it("rows say how many open threads there are; a closed folder says it of all its files", async () => {
  const user = profile("mira@harbour.example");
  setSession(sessionState({ profiles: [user], user }));
  await loadCounts("p");
  const tree = await show();
  expect(item(/README/).textContent).toContain("2 open threads");
  const badge = () => item(/^src/).querySelector(".tc");
  expect(badge()?.textContent).toBe("3");
  expect(badge()?.classList.contains("new")).toBe(true);
  expect(item(/^src/).textContent).toContain("3 open threads, 1 unread");
  await tree.expand("src");
  await waitFor(() => expect(badge()).toBeNull());
  expect(item(/lib.rs/).textContent).toContain("3 open threads, 1 unread");
  resetTotals();
  await waitFor(() => expect(item(/README/).querySelector(".tc")).toBeNull());
});
