import { describe, expect, it } from "vitest";
import { parseCommand, shellNote, visible, writeCommand } from "./commandLine";

describe("a command line", () => {
  it.each([
    ["npm run dev", ["npm", "run", "dev"]],
    ["  npm   run\tdev ", ["npm", "run", "dev"]],
    [`npm run "dev server"`, ["npm", "run", "dev server"]],
    [`echo 'it is "so"'`, ["echo", 'it is "so"']],
    [`echo "say \\"so\\" \\\\ \\n"`, ["echo", 'say "so" \\ \\n']],
    ["my\\ program --x=a'b c'd", ["my program", "--x=ab cd"]],
    [`run ""`, ["run", ""]],
    ["run `id` $(id) | x", ["run", "`id`", "$(id)", "|", "x"]],
  ])("%s is these words", (text, argv) => expect(parseCommand(text)).toEqual({ argv, error: null }));

  it.each([
    ["", "Type the program to run."],
    ["   ", "Type the program to run."],
    ['""', "Type the program to run."],
    ['npm "run', "A double quote is not closed."],
    ["npm 'run", "A single quote is not closed."],
  ])("%j is none", (text, error) => expect(parseCommand(text)).toEqual({ argv: null, error }));

  it("comes back as the words that it was written from, whatever they hold", () => {
    const signs = ["a", " ", '"', "'", "\\", "$", "|", "\n", "ä", "`", "-", "=", "\t"];
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 2_000; round += 1) {
      const words = Array.from({ length: 1 + random(4) }, (_, at) => {
        const length = random(6) + (at === 0 ? 1 : 0);
        return Array.from({ length }, () => signs[random(signs.length)]).join("");
      });
      expect(parseCommand(writeCommand(words)), JSON.stringify(words)).toEqual({ argv: words, error: null });
    }
  });

  it("says what a shell would have done with it, since none reads it", () => {
    expect(shellNote(["npm", "run", "dev", "&&", "echo"])).toBe(
      "No shell runs this: && would be handed to npm as a word.",
    );
    expect(shellNote(["PORT=80", "npm"])).toContain("PORT would not be set");
    expect(shellNote(["serve", "$HOME/site"])).toBe("No shell runs this: $HOME/site stays as it is written.");
    expect(shellNote(["npm", "run", "dev"])).toBeNull();
  });

  it("can't look like another one by signs that are not seen", () => {
    expect(visible("npm run d\u202eve\u200b\nx")).toBe("npm run d<U+202E>ve<U+200B><U+000A>x");
    expect(visible("npm run dev, ä 漢")).toBe("npm run dev, ä 漢");
  });
});
