import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeShell, profile, sampleProjects, sessionState, type FakeShell } from "../../../dev/fake";
import { sampleNotifications } from "../../../dev/notifications";
import App from "../../App.svelte";
import { resetRoute, route } from "$features/frame/route.svelte";
import { resetProjects } from "$features/projects/projects.svelte";
import { resetSyncs } from "$features/sync/sync.svelte";
import { resetThreadLists, threadsOf } from "$features/threads/screen/threadList.svelte";
import { provideBackend, type NotificationCard } from "$lib/ipc";
import { runCommand } from "$lib/keys/commands.svelte";
import { dismissAllToasts, toasts } from "$lib/ui/toasts.svelte";
import { resetNotifications } from "./notifications.svelte";

const mira = profile("mira@harbour.example");
let shell: FakeShell;

async function open(known: NotificationCard[]) {
  shell = fakeShell({ noticesKnown: known });
  Object.assign(shell, sampleProjects());
  shell.state = sessionState({ profiles: [mira], user: mira });
  provideBackend(shell);
  render(App);
  await waitFor(() => expect(screen.getByText("~/code/ferry")).toBeTruthy());
}

const bell = () => screen.getByRole("button", { name: /^Notifications/ });
const sheet = () => within(screen.getByRole("dialog", { name: "Notifications" }));
const rows = () => sheet().getAllByRole("button", { name: /ferry|folder/ });

beforeEach(() => {
  resetRoute();
  resetProjects();
  resetSyncs();
  resetNotifications();
  resetThreadLists();
  dismissAllToasts();
  localStorage.clear();
});
afterEach(cleanup);

describe("notifications", () => {
  it("are counted on the bell before anybody looks", async () => {
    await open(sampleNotifications());
    await waitFor(() => expect(bell().getAttribute("aria-label")).toBe("Notifications, 2 unread"));
  });

  it("are a list that goes to the place of each, which is then read", async () => {
    await open(sampleNotifications());
    await fireEvent.click(bell());
    await waitFor(() => expect(rows()).toHaveLength(4));
    expect(await axe.run(document.querySelector("#notifications") as Element)).toMatchObject({
      violations: [],
    });
    await fireEvent.click(rows()[0] as Element);
    await waitFor(() => expect([route.screen, route.projectId]).toEqual(["previews", "project-ferry"]));
    await waitFor(() => expect(bell().getAttribute("aria-label")).toBe("Notifications, 1 unread"));
    expect(screen.queryByRole("dialog", { name: "Notifications" })).toBeNull();
  });

  it("of a project that was removed say so", async () => {
    await open(sampleNotifications());
    await fireEvent.click(bell());
    await waitFor(() => expect(rows()).toHaveLength(4));
    await fireEvent.click(sheet().getByRole("button", { name: /The folder is not there/ }));
    expect(toasts.list.map(({ text }) => text)).toContain("The project is no longer in the list.");
    expect(route.screen).toBe("projects");
  });

  it("can all be read at once, and the unread ones seen alone", async () => {
    await open(sampleNotifications());
    await runCommand("notifications.show");
    await waitFor(() => expect(rows()).toHaveLength(4));
    await fireEvent.click(sheet().getByRole("radio", { name: "Unread" }));
    await waitFor(() => expect(rows()).toHaveLength(2));
    await fireEvent.click(sheet().getByRole("button", { name: "Mark all read" }));
    await waitFor(() => sheet().getByText("All read"));
    expect(bell().getAttribute("aria-label")).toBe("Notifications");
  });

  it("arrive while the window stands open", async () => {
    const known: NotificationCard[] = [];
    await open(known);
    expect(bell().getAttribute("aria-label")).toBe("Notifications");
    known.push(...sampleNotifications());
    shell.say.notifications();
    await waitFor(() => expect(bell().getAttribute("aria-label")).toBe("Notifications, 2 unread"));
  });

  it("can be those of one type, or of the open project", async () => {
    await open(sampleNotifications());
    await fireEvent.click(bell());
    await waitFor(() => expect(rows()).toHaveLength(4));
    expect(sheet().queryByRole("radio", { name: "This project" })).toBeNull();
    await fireEvent.click(sheet().getByRole("button", { name: /^Type/ }));
    await fireEvent.click(sheet().getByRole("option", { name: "Syncs" }));
    await waitFor(() => expect(rows()).toHaveLength(1));
    await fireEvent.click(sheet().getByRole("button", { name: /^Type/ }));
    await fireEvent.click(sheet().getByRole("option", { name: "Jobs" }));
    await waitFor(() => sheet().getByText("None of these"));
  });

  it("lead to their settings", async () => {
    await open(sampleNotifications());
    await fireEvent.click(bell());
    await waitFor(() => expect(rows()).toHaveLength(4));
    await fireEvent.click(sheet().getByRole("button", { name: "Settings" }));
    expect([route.screen, route.section]).toEqual(["settings", "notifications"]);
  });

  it("of a thread show it among the threads, several in their state", async () => {
    const lost = {
      ...(sampleNotifications()[0] as NotificationCard),
      kind: "THREAD_NEEDS_REVIEW",
      preview_id: null,
    };
    await open([
      { ...lost, id: "n9", title: "12 threads lost their exact place", thread_id: "t4", threads: 12 },
      { ...lost, id: "n8", title: "A thread lost its exact place", thread_id: "t4", threads: 1 },
    ]);
    shell.say.desktopChosen("n9");
    await waitFor(() => expect([route.screen, route.projectId]).toEqual(["threads", "project-ferry"]));
    expect(threadsOf("project-ferry").choice.states).toEqual(["NEEDS_REVIEW"]);
  });

  it("chosen on the desktop while the window is locked are gone to after unlocking", async () => {
    await open(sampleNotifications());
    shell.say.session({ ...shell.state, locked: true });
    await waitFor(() => expect(document.querySelector("#lock-screen")).not.toBeNull());
    shell.say.desktopChosen("n4");
    expect(route.screen).toBe("projects");
    shell.say.session({ ...shell.state, locked: false });
    await waitFor(() => expect([route.screen, route.projectId]).toEqual(["previews", "project-ferry"]));
  });

  it("are closed by locking and stay so after it", async () => {
    await open(sampleNotifications());
    await fireEvent.click(bell());
    await waitFor(() => expect(rows()).toHaveLength(4));
    shell.say.session({ ...shell.state, locked: true });
    await waitFor(() => expect(document.querySelector("#lock-screen")).not.toBeNull());
    expect(document.querySelector("#notifications")).toBeNull();
    shell.say.session({ ...shell.state, locked: false });
    await waitFor(() => expect(bell()).toBeTruthy());
    expect(document.querySelector("#notifications")).toBeNull();
  });

  it("say that there is nothing yet, and how the list failed", async () => {
    await open([]);
    await fireEvent.click(bell());
    await waitFor(() => sheet().getByText("Nothing yet"));
    await fireEvent.keyDown(document.querySelector("#notifications") as Element, { key: "Escape" });
    shell.notifications = () =>
      Promise.reject({ code: "INTERNAL", message: "The database does not answer.", hint: null });
    await fireEvent.click(bell());
    await waitFor(() => sheet().getByText("The database does not answer."));
  });
});
