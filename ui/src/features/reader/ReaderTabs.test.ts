import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import { openTab, noTabs } from "./tabs";
import ReaderTabs from "./ReaderTabs.svelte";
import type { Reading } from "./reading.svelte";

function show() {
  const tabs = ["a/lib.rs", "b/lib.rs", "c.md"].reduce(
    (all, path) => openTab(all, path, path !== "c.md"),
    noTabs,
  );
  const reading = { tabs, activate: vi.fn(), close: vi.fn(), pin: vi.fn() };
  Element.prototype.scrollIntoView = () => undefined;
  render(ReaderTabs, { reading: reading as unknown as Reading });
  return reading;
}

it("arrows move among the tabs, and only Enter goes to one", async () => {
  const reading = show();
  const tabs = screen.getAllByRole("tab");
  expect(tabs.map((tab) => tab.tabIndex)).toEqual([-1, -1, 0]);
  tabs[2]!.focus();
  await fireEvent.keyDown(tabs[2]!, { key: "ArrowRight" });
  expect(document.activeElement).toBe(tabs[0]);
  expect(reading.activate).not.toHaveBeenCalled();
  await fireEvent.keyDown(tabs[0]!, { key: "Enter" });
  expect(reading.activate).toHaveBeenCalledWith("a/lib.rs", true);
});

it("Delete and the middle button close a tab", async () => {
  const reading = show();
  const tabs = screen.getAllByRole("tab");
  await fireEvent.keyDown(tabs[1]!, { key: "Delete" });
  expect(reading.close).toHaveBeenLastCalledWith("b/lib.rs");
  await fireEvent(tabs[2]!, new MouseEvent("auxclick", { button: 1, bubbles: true }));
  expect(reading.close).toHaveBeenLastCalledWith("c.md");
});

it("files of one name say their folder, and a file merely looked at is set apart", () => {
  show();
  const tabs = screen.getAllByRole("tab");
  expect(tabs[0]!.textContent).toContain("a");
  expect(tabs[1]!.textContent).toContain("b");
  expect(tabs[2]!.className).toContain("preview");
});
