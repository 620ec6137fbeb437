import { afterEach, describe, expect, it, vi } from "vitest";
import { chordCaps, isSingleCharacter, matchesChord } from "./chord";
import {
  allCommands,
  availableCommands,
  registerCommands,
  runCommand,
  type Command,
} from "./commands.svelte";
import { commandFor } from "./handler";
import { markInput } from "./input";

const press = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key, bubbles: true, ...more });
const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: "Everywhere",
  run: vi.fn(),
  ...more,
});

let unregister: (() => void)[] = [];
const register = (...commands: Command[]) => unregister.push(registerCommands(commands));
afterEach(() => {
  unregister.forEach((end) => end());
  unregister = [];
  document.body.replaceChildren();
});

/** Presses the key with this element as the target and returns the command that was meant. */
function meant(html: string, key: string, more: KeyboardEventInit = {}, context = {}) {
  document.body.innerHTML = html;
  const target = document.querySelector("[data-target]") ?? document.body;
  let found: Command | undefined;
  const listen = (event: Event) => {
    found = commandFor(event as KeyboardEvent, { modal: false, singleLetters: true, ...context });
  };
  window.addEventListener("keydown", listen);
  target.dispatchEvent(press(key, more));
  window.removeEventListener("keydown", listen);
  return found?.id;
}

describe("chords", () => {
  it("match with exactly their modifiers", () => {
    expect(matchesChord(press("k", { ctrlKey: true }), "Ctrl+K", false)).toBe(true);
    expect(matchesChord(press("K", { ctrlKey: true, shiftKey: true }), "Ctrl+K", false)).toBe(false);
    expect(matchesChord(press("k", { ctrlKey: true, altKey: true }), "Ctrl+K", false)).toBe(false);
    expect(matchesChord(press("S", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+S", false)).toBe(true);
  });

  it("read Ctrl as Cmd on macOS", () => {
    expect(matchesChord(press("k", { metaKey: true }), "Ctrl+K", true)).toBe(true);
    expect(matchesChord(press("k", { ctrlKey: true }), "Ctrl+K", true)).toBe(false);
    expect(chordCaps("Ctrl+Shift+S", true)).toEqual(["⌘", "⇧", "S"]);
  });

  it("take punctuation however the layout types it", () => {
    expect(matchesChord(press("?", { shiftKey: true }), "?", false)).toBe(true);
    expect(matchesChord(press("?"), "?", false)).toBe(true);
    expect(matchesChord(press("+", { ctrlKey: true, shiftKey: true }), "Ctrl++", false)).toBe(true);
    expect(chordCaps("Ctrl++", false)).toEqual(["Ctrl", "+"]);
  });

  it("know which write a character", () => {
    expect(["?", "J", "Ctrl+J", "F6", "Esc"].filter(isSingleCharacter)).toEqual(["?", "J"]);
  });
});

describe("the registry", () => {
  it("gives an earlier command back when a later one goes", () => {
    register(command("a", { title: "first" }));
    const end = registerCommands([command("a", { title: "second" })]);
    expect(allCommands().map(({ title }) => title)).toEqual(["second"]);
    end();
    expect(allCommands().map(({ title }) => title)).toEqual(["first"]);
  });

  it("neither offers nor runs what makes no sense now", () => {
    const run = vi.fn();
    register(command("a", { when: () => false, run }));
    expect(availableCommands()).toEqual([]);
    expect(runCommand("a")).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });

  it("lists by group, in the order of the sheet", () => {
    register(command("z", { group: "Account" }), command("y", { group: "Reading" }), command("x"));
    expect(allCommands().map(({ id }) => id)).toEqual(["x", "y", "z"]);
  });
});

describe("the key handler", () => {
  it("leaves single characters to text fields, and to nobody once switched off", () => {
    register(command("help", { keys: ["?", "F1"] }));
    expect(meant("<button data-target></button>", "?")).toBe("help");
    expect(meant("<input data-target>", "?")).toBeUndefined();
    expect(meant("<button data-target></button>", "?", {}, { singleLetters: false })).toBeUndefined();
    expect(meant("<input data-target>", "F1", {}, { singleLetters: false })).toBe("help");
  });

  it("leaves Ctrl+Z to text fields but not Ctrl+K", () => {
    register(
      command("undo", { keys: ["Ctrl+Z"], yieldsToText: true }),
      command("palette", { keys: ["Ctrl+K"] }),
    );
    expect(meant("<textarea data-target></textarea>", "z", { ctrlKey: true })).toBeUndefined();
    expect(meant("<textarea data-target></textarea>", "k", { ctrlKey: true })).toBe("palette");
    expect(meant('<input type="checkbox" data-target>', "z", { ctrlKey: true })).toBe("undo");
  });

  it("keeps reader keys in the reader", () => {
    register(command("next", { keys: ["J"], scope: "reader" }));
    expect(meant("<button data-target></button>", "j")).toBeUndefined();
    expect(meant('<div data-key-scope="reader"><button data-target></button></div>', "j")).toBe("next");
  });

  it("lets only commands that say so act over a modal sheet", () => {
    register(command("add", { keys: ["Ctrl+O"] }), command("lock", { keys: ["Ctrl+L"], whileModal: true }));
    expect(meant("<p data-target></p>", "o", { ctrlKey: true }, { modal: true })).toBeUndefined();
    expect(meant("<p data-target></p>", "l", { ctrlKey: true }, { modal: true })).toBe("lock");
  });
});

it("the page knows whether the keyboard or the pointer is in use, before any handler acts", () => {
  const stop = markInput();
  let seen: string | undefined;
  const look = () => (seen = document.documentElement.dataset.input);
  document.body.addEventListener("keydown", look);
  document.body.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));
  expect(document.documentElement.dataset.input).toBe("pointer");
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
  expect(seen).toBe("keys");
  document.body.removeEventListener("keydown", look);
  stop();
  expect(document.documentElement.dataset.input).toBeUndefined();
});
