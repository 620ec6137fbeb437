import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = import.meta.dirname;
const sheets = readdirSync(folder)
  .filter((name) => name.endsWith(".css"))
  .map((name): [string, string] => [name, readFileSync(`${folder}/${name}`, "utf8")]);
const css = sheets.find(([name]) => name === "tokens.css")?.[1] ?? "";

/** The custom properties of one theme that are plain colours. */
function theme(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector));
  const body = block.slice(block.indexOf("{") + 1, block.indexOf("}"));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ["desk", "shelf", "paper", "raised", "well", "hover"];
const codeSurfaces = ["paper", "raised", "shelf", "line-now", "select", "add-bg", "del-bg"];

/** Text and every background it is put on. */
const pairs: [string, string[]][] = [
  ["ink-1", [...surfaces, "seg-on", "accent-wash", "mark", "mark-now", "add-word", "del-word", "select"]],
  ["ink-2", [...surfaces, "accent-wash"]],
  ["ink-3", [...surfaces, "accent-wash"]],
  ["accent", [...surfaces, "accent-wash"]],
  ["on-accent", ["accent", "accent-strong"]],
  ["on-danger", ["danger-fill"]],
  ["ok", ["desk", "paper", "shelf", "raised", "ok-wash"]],
  ["warn", ["desk", "paper", "shelf", "raised", "warn-wash"]],
  ["danger", ["desk", "paper", "shelf", "raised", "danger-wash"]],
  ["add-ink", ["paper", "add-bg"]],
  ["del-ink", ["paper", "del-bg"]],
  ...["exact", "moved", "edited", "review", "outdated"].map((state): [string, string[]] => [
    `t-${state}`,
    ["paper", "raised", `t-${state}-wash`],
  ]),
  ...[
    "keyword",
    "string",
    "comment",
    "function",
    "type",
    "constant",
    "property",
    "punct",
    "macro",
    "attr",
    "plain",
  ].map((kind): [string, string[]] => [`sx-${kind}`, codeSurfaces]),
];
const marks: [string, string[]][] = [
  ["line-ctl", ["paper", "raised", "shelf"]],
  ["focus", surfaces],
  ["change-bar", ["paper"]],
];

describe.each([
  ["light", ':root, [data-theme="light"]'],
  ["dark", '\n[data-theme="dark"]'],
])("the %s theme", (_name, selector) => {
  const tokens = theme(selector);
  const colour = (name: string) => {
    const value = tokens[name];
    if (!value) throw new Error(`tokens.css has no --${name}`);
    return value;
  };

  it.each(pairs)("keeps %s readable (4.5:1)", (text, backgrounds) => {
    for (const background of backgrounds)
      expect(ratio(colour(text), colour(background)), `on ${background}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(marks)("keeps %s visible (3:1)", (mark, backgrounds) => {
    for (const background of backgrounds)
      expect(ratio(colour(mark), colour(background)), `on ${background}`).toBeGreaterThanOrEqual(3);
  });
});

describe("style sheets", () => {
  const others = sheets.filter(([name]) => name !== "tokens.css");

  it.each(others)("%s takes every colour from tokens.css", (_name, text) => {
    // One translucent grey is excepted: it works on either toast colour.
    const own = [...text.matchAll(/#[0-9a-f]{3}(?:[0-9a-f]{3})?\b|\b(?:rgb|hsl)\([^)]*\)/gi)].map(
      ([match]) => match,
    );
    expect(own.filter((match) => !match.startsWith("rgb(128 128 128"))).toEqual([]);
  });
});
