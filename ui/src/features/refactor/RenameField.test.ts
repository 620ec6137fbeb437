import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeShell, failure, type FakeShell } from "../../../dev/fake";
import { noRefactors, type FakeRefactors } from "../../../dev/refactor";
import { provideBackend } from "$lib/ipc";
import { asked, type InPlace } from "./asked.svelte";
import RenameField from "./ask/RenameField.svelte";
import { firstPlace } from "./asking";

let know: FakeRefactors;
let shell: FakeShell;
const closed = vi.fn();
const question: InPlace = {
  projectId: "p",
  at: {
    word: "parse_manifest",
    line: 20,
    column: 3,
    path: "src/manifest.rs",
    version: null,
    commit: null,
    document: "p/s/src/manifest.rs",
  },
};

beforeEach(() => {
  closed.mockClear();
  know = noRefactors({ there: true });
  shell = fakeShell({ refactorsKnow: know });
  provideBackend(shell);
  asked.inPlace = question;
});
afterEach(() => {
  cleanup();
  asked.close();
});

const open = () =>
  render(RenameField, { question, line: "é, parse_manifest", at: { top: 0, left: 0 }, onclose: closed });
const field = () => screen.getByRole<HTMLInputElement>("textbox", { name: "New name" });
const type = (name: string) => fireEvent.input(field(), { target: { value: name } });
const press = (key: string) => fireEvent.keyDown(field(), { key });

it("has the name selected, and Enter asks for the places", async () => {
  const { container } = open();
  expect(document.activeElement).toBe(field());
  expect([field().selectionStart, field().selectionEnd]).toEqual([0, "parse_manifest".length]);
  await screen.findByText("function");
  expect((await axe.run(container)).violations).toEqual([]);
  await type("take_in");
  await press("Enter");
  await waitFor(() =>
    expect(know.asked).toMatchObject([
      { kind: "RENAME_SYMBOL", path: "src/manifest.rs", line: 20, column: 4, new_name: "take_in" },
    ]),
  );
  await waitFor(() => expect(asked.inPlace).toBeNull());
});

it("says at once what is no name, in general and in the language", async () => {
  open();
  await screen.findByText("function");
  await type("a b");
  expect(screen.getByText(/made of letters, digits and underscores/)).toBeTruthy();
  await type("fn");
  await screen.findByText("`fn` is a reserved word.");
  await press("Enter");
  expect(know.asked).toEqual([]);
});

it("waits for what the name means when somebody is faster, and says so", async () => {
  let answer: () => void = () => undefined;
  shell.symbolAt = () => new Promise((done) => (answer = () => done(know.symbol)));
  open();
  await type("take_in");
  await press("Enter");
  await screen.findByText("Asking for the places…");
  expect(know.asked).toEqual([]);
  answer();
  await waitFor(() => expect(know.asked).toHaveLength(1));
});

it("says why something can't be renamed, and Escape closes", async () => {
  shell.symbolAt = () =>
    Promise.resolve({ ...know.symbol, refused: failure("EXTERNAL", "It is declared elsewhere.") });
  open();
  await screen.findByText(/It is declared elsewhere\./);
  await type("take_in");
  await press("Enter");
  expect(know.asked).toEqual([]);
  await press("Escape");
  expect(closed).toHaveBeenCalledWith(true);
  expect(asked.inPlace).toBeNull();
});

it("finds a name where it stands by itself", () => {
  expect(firstPlace("parser, parse", "parse")).toBe(8);
  expect(firstPlace("nothing", "parse")).toBe(0);
});
