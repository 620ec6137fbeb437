import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { failure, fakeShell, profile, sessionState, type FakeShell } from "../../../dev/fake";
import { provideBackend } from "$lib/ipc";
import FirstRun from "./FirstRun.svelte";
import LockScreen from "./LockScreen.svelte";
import SignIn from "./SignIn.svelte";
import { looksLikeEmail } from "./formErrors";
import { session, setSession } from "./session.svelte";

const mira = profile("mira@harbour.example");
const ada = profile("ada@quay.example", { display_name: "Ada Quay" });
let shell: FakeShell;

beforeEach(() => {
  shell = fakeShell();
  provideBackend(shell);
});
afterEach(() => {
  cleanup();
  session.state = null;
  session.choosingFirstFolder = false;
});

const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const click = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

describe("creating a profile", () => {
  beforeEach(() => setSession(sessionState()));

  async function fill(email: string, password: string, repeat: string) {
    await type("E-mail", email);
    await type("Password", password);
    await type("Repeat the password", repeat);
    await waitFor(() => expect(document.querySelector(".strength")).not.toBeNull());
    await click("Create profile");
  }

  it("asks for what is missing and creates nothing", async () => {
    const created = vi.spyOn(shell, "createProfile");
    render(FirstRun);
    await click("Create profile");
    expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
      "Enter an e-mail address, such as mira@harbour.example.",
      "Enter a password.",
    ]);
    expect(document.activeElement).toBe(screen.getByLabelText("E-mail"));
    expect(created).not.toHaveBeenCalled();
  });

  it("refuses a weak password and a different repetition", async () => {
    render(FirstRun);
    await fill("mira@harbour.example", "short", "shirt");
    const alerts = screen.getAllByRole("alert").map((alert) => alert.textContent);
    expect(alerts).toEqual(["Use 12 characters or more.", "The passwords differ."]);
  });

  it("says what a password needs from the start, and says it once when it is refused", async () => {
    render(FirstRun);
    const said = () => document.querySelector("form")?.textContent?.match(/12 characters/g)?.length;
    expect(said()).toBe(1);
    await fill("mira@harbour.example", "short", "short");
    expect(said()).toBe(1);
  });

  it("goes on to the first folder, with the name left out", async () => {
    const created = vi.spyOn(shell, "createProfile");
    const saved = vi.spyOn(shell, "saveSettings");
    render(FirstRun);
    await fill("mira@harbour.example", "correct horse st", "correct horse st");
    await waitFor(() => expect(saved).toHaveBeenCalled());
    expect(created).toHaveBeenCalledWith("mira@harbour.example", "", "correct horse st", false);
    expect(saved.mock.lastCall?.[0].lock_after_minutes).toBe(15);
    expect(session.choosingFirstFolder).toBe(true);
  });

  it("says why staying signed in isn't possible", () => {
    render(FirstRun);
    const box = screen.getByLabelText("Stay signed in on this computer") as HTMLInputElement;
    expect(box.disabled).toBe(true);
    expect(screen.getByText(/No keychain answers.*ask for the password at each start/)).toBeTruthy();
  });

  it("shows both passwords at once", async () => {
    render(FirstRun);
    await fireEvent.click(screen.getAllByRole("button", { name: "Show password" })[0] as HTMLElement);
    expect((screen.getByLabelText("Repeat the password") as HTMLInputElement).type).toBe("text");
  });

  it("takes any address as a name but no sentence", () => {
    expect(["a@b", "local@localhost", "mira@harbour.example"].every(looksLikeEmail)).toBe(true);
    expect(["", "mira", "@x", "a b@c", "a@b@c"].some(looksLikeEmail)).toBe(false);
  });
});

describe("signing in", () => {
  it("says that the password is wrong, beside the field, and keeps the form", async () => {
    setSession(sessionState({ profiles: [mira] }));
    shell.state = sessionState({ profiles: [mira] });
    render(SignIn, { oncreate: vi.fn() });
    await type("Password", "wrong");
    await click("Sign in");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toBe("That password does not match. 4 tries left before a wait.");
    const field = screen.getByLabelText("Password");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(field.getAttribute("aria-describedby")).toContain(alert.id);
    expect(document.activeElement).toBe(field);
  });

  it("says how long to wait after too many attempts", async () => {
    shell = fakeShell({
      signIn: () => Promise.reject(failure("TOO_MANY_ATTEMPTS", "Too many attempts.", "Try again in 30 s.")),
    });
    provideBackend(shell);
    setSession(sessionState({ profiles: [mira] }));
    render(SignIn, { oncreate: vi.fn() });
    await type("Password", "wrong");
    await click("Sign in");
    expect((await screen.findByRole("alert")).textContent).toBe("Too many attempts. Try again in 30 s.");
  });

  it("lets one of several profiles be chosen, and another one after all", async () => {
    shell.state = sessionState({ profiles: [mira, ada] });
    setSession(shell.state);
    render(SignIn, { oncreate: vi.fn() });
    await fireEvent.click(screen.getByText("Ada Quay"));
    await type("Password", "correct horse");
    await click("Sign in");
    await waitFor(() => expect(session.state?.user?.email).toBe("ada@quay.example"));
    await click("Use another profile");
    expect(screen.getByText("Ada Quay")).toBeTruthy();
  });
});

describe("another profile", () => {
  it("is typed where there is only one, with a way back", async () => {
    setSession(sessionState({ profiles: [mira] }));
    render(SignIn, { oncreate: vi.fn() });
    await click("Use another profile");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("E-mail")));
    expect(screen.queryByRole("button", { name: "Use another profile" })).toBeNull();
    await click("Back");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Password")));
    expect(screen.queryByLabelText("E-mail")).toBeNull();
  });

  it("is chosen from the list, whose first entry has the focus", () => {
    setSession(sessionState({ profiles: [mira, ada] }));
    render(SignIn, { oncreate: vi.fn() });
    expect(document.activeElement?.textContent).toContain(mira.email);
  });
});

describe("the lock screen", () => {
  it("unlocks with the password only", async () => {
    shell.state = sessionState({ profiles: [mira], user: mira, locked: true });
    setSession(shell.state);
    render(LockScreen, { user: mira });
    await click("Unlock");
    expect(screen.getByRole("alert").textContent).toBe("Enter the password.");
    await type("Password", "correct horse");
    await click("Unlock");
    await waitFor(() => expect(session.state?.locked).toBe(false));
  });
});
