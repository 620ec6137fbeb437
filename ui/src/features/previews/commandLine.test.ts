import { describe, expect, it } from "vitest";
import { isCommand, parseCommand, shellNote, visible, writeCommand } from "./commandLine";

describe("a command line", () => {
  it.each([
    ["npm run dev", ["npm", "run", "dev"]],
    ["  npm   run\tdev ", ["npm", "run", "dev"]],
    [`npm run "a b" c\\ d --x="y z"`, ["npm", "run", "a b", "c d", "--x=y z"]],
    [`echo 'it is "so"'`, ["echo", 'it is "so"']],
    [`echo "say \\"so\\" \\\\ \\n"`, ["echo", 'say "so" \\ \\n']],
    [`echo 'it'\\''s'`, ["echo", "it's"]],
    [`run ""`, ["run", ""]],
    [`run '$HOME' '&&' "\\$x"`, ["run", "$HOME", "&&", "$x"]],
    [`run $'a\\nb\\u200b\\U0001f600'`, ["run", "a\nb\u200b😀"]],
  ])("%s is these words", (text, argv) => expect(parseCommand(text)).toEqual({ argv, error: null }));

  it.each([
    ["", "Type the program to run."],
    ['""', "Type the program to run."],
    ['npm "run', "A double quote is not closed."],
    ["npm 'run", "A single quote is not closed."],
    ["npm run\\", "A backslash stands at the end."],
    ["npm $'\\q'", "An escape names no character."],
    ["npm $'\\ud800'", "An escape names no character."],
  ])("%j is none", (text, error) => expect(parseCommand(text)).toEqual({ argv: null, error }));

  it.each([
    ["npm run a && npm run b", "&&"],
    ["cat x | sh", "|"],
    ["serve $HOME", "$"],
    ['serve "$(id)"', "$"],
    ["serve `id`", "`"],
    ["serve > log", ">"],
    ["serve;reboot", ";"],
    ["serve\nreboot", "a second line"],
  ])("%j is refused: it needs a shell, and none is used", (text, sign) =>
    expect(parseCommand(text)).toEqual({
      argv: null,
      error: `No shell runs this, and ${sign} needs one. In quotes it is handed over as it is.`,
      shell: true,
    }),
  );

  it("comes back as the words that it was written from, whatever they hold, with nothing unseen in it", () => {
    const signs = [
      ..."a '\"\\$|&;<>()`ä漢-=",
      "\n",
      "\t",
      "\u202e",
      "\u200b",
      "\u00a0",
      "\ufeff",
      "😀",
      "\u{e0041}",
    ];
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 4_000; round += 1) {
      const words = Array.from({ length: 1 + random(4) }, (_, at) =>
        Array.from({ length: random(6) + (at === 0 ? 1 : 0) }, () => signs[random(signs.length)]).join(""),
      );
      const line = writeCommand(words);
      expect(parseCommand(line), JSON.stringify(words)).toEqual({ argv: words, error: null });
      expect(line).toMatch(/^[\x20-\x7eä漢😀]*$/u);
      expect(isCommand(line, words)).toBe(true);
    }
  });

  it("is written as the engine writes it", () => {
    expect(writeCommand(["npm", "run", "dev server"])).toBe("npm run 'dev server'");
    expect(writeCommand(["echo", "it's", ""])).toBe("echo 'it'\\''s' ''");
    expect(writeCommand(["echo", "d\u202eve", "\u{e0041}"])).toBe("echo $'d\\u202eve' $'\\U000e0041'");
  });

  it("says that nothing is set before a program, since no shell does it", () => {
    expect(shellNote(["PORT=80", "npm"])).toBe(
      "No shell runs this: PORT is not set, PORT=80 is taken for the program.",
    );
    expect(shellNote(["npm", "run", "--port=80"])).toBeNull();
  });

  it("can't look like another one by signs that are not seen", () => {
    expect(visible("npm run d\u202eve\u200b\nx")).toBe("npm run d\\u202eve\\u200b\\nx");
    expect(visible("npm run dev, ä 漢 😀")).toBe("npm run dev, ä 漢 😀");
  });
});
