import { expect, it } from "vitest";
import { resolveLink } from "./links";

it("a link is followed within the project and nowhere else", () => {
  expect(resolveLink("docs/latest", "v2/index.md")).toBe("docs/v2/index.md");
  expect(resolveLink("docs/a/latest", "../b.md")).toBe("docs/b.md");
  expect(resolveLink("latest", "../etc/passwd")).toBeNull();
  expect(resolveLink("docs/latest", "../..")).toBeNull();
  expect(resolveLink("latest", "/etc/passwd")).toBeNull();
  expect(resolveLink("latest", "C:\\secret")).toBeNull();
});
