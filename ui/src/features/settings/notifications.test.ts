import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeShell, profile, sessionState, type FakeShell } from "../../../dev/fake";
import { setSession } from "$features/accounts/session.svelte";
import { provideBackend } from "$lib/ipc";
import Notifications from "./Notifications.svelte";
import { loadSettings } from "./settings.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

async function open(overrides: Partial<FakeShell> = {}) {
  shell = fakeShell(overrides);
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  setSession(shell.state);
  await loadSettings();
  render(Notifications);
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const of = (kind: string) => within(screen.getByRole("radiogroup", { name: kind }));

describe("the settings of notifications", () => {
  it("say for each type where it is told, the bell and the desktop unless somebody chose", async () => {
    await open();
    expect(screen.getAllByRole("radiogroup")).toHaveLength(10);
    expect(of("Replies").getByRole("radio", { name: "Bell and desktop" }).ariaChecked).toBe("true");
    await fireEvent.click(of("Replies").getByRole("radio", { name: "Off" }));
    await waitFor(() => expect(shell.stored.notifications).toEqual({ COMMENT_REPLY: "OFF" }));
    await fireEvent.click(of("A sync failed").getByRole("radio", { name: "Bell" }));
    await waitFor(() =>
      expect(shell.stored.notifications).toEqual({ COMMENT_REPLY: "OFF", SYNC_FAILED: "BELL" }),
    );
  });

  it("show nothing on the desktop until somebody wants it", async () => {
    await open();
    const master = screen.getByRole("switch", { name: "Show notifications on the desktop" });
    expect(master.ariaChecked).toBe("false");
    await fireEvent.click(master);
    await waitFor(() => expect(shell.stored.desktop_notifications).toBe(true));
  });

  it("say plainly that a desktop has no service for them", async () => {
    const reason = "This desktop has no notification service.";
    await open({
      desktopNotifications: () => Promise.resolve({ available: false, reason }),
    } as Partial<FakeShell>);
    await waitFor(() => screen.getByText(new RegExp(reason)));
  });
});
