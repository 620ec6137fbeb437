import { render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { briefSymbols, samplePage, symbolFacts } from "../../../../dev/jobPages";
import type { Block, Section } from "$lib/ipc";
import { Citing } from "./citing";
import { partsOf } from "./estimates";
import PageSection from "./PageSection.svelte";

const shown = {
  citing: new Citing("j4", samplePage().citations),
  active: false,
  hasWriter: false,
  liveOf: () => null,
  choose: null,
};
const section = (blocks: Block[]): Section => ({ id: "file:a.rs", title: "a.rs", level: 3, blocks });

describe("a section of a page", () => {
  it("shows every definition with its signature, with facts or with a line", () => {
    const symbols = Array.from({ length: 3 }, (_, at) => symbolFacts(`plan_${at}`));
    const brief = briefSymbols("list", 130);
    const blocks: Block[] = [
      { kind: "symbols", symbols },
      { kind: "brief", symbols: brief },
    ];
    const { container } = render(PageSection, { section: section(blocks), waits: false, eager: 0, shown });
    const names = [...container.querySelectorAll("[data-symbol]")].map((each) =>
      each.getAttribute("data-symbol"),
    );
    expect(names).toEqual([...symbols, ...brief].map(({ name }) => name));
    const written = [...container.querySelectorAll(".signature")].map((each) => each.textContent);
    expect(written).toEqual(brief.map(({ signature }) => signature));
    expect(container.querySelector('[data-symbol="list_0"] a')?.getAttribute("data-cite")).toBe("3");
  });

  it("is divided into parts that leave nothing out", () => {
    const brief = briefSymbols("list", 4_321);
    const parts = partsOf([{ kind: "brief", symbols: brief }]);
    expect(parts.flatMap((part) => (part.kind === "brief" ? part.symbols : []))).toEqual(brief);
    expect(parts.every(({ height }) => height > 40 && height < 5_000)).toBe(true);
  });
});
