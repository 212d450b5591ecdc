import { describe, expect, it } from "vitest";
import { dedented, htmlOf } from "../../src/tags/markdown";

describe("a body", () => {
  it("is read without the indentation of the XML around it", () => {
    expect(dedented("\n      # Read\n\n      - one\n        - two\n    ")).toBe(
      "# Read\n\n- one\n  - two",
    );
  });

  it("is read without its CDATA", () => {
    expect(dedented("<![CDATA[\n  a < b\n]]>")).toBe("a < b");
  });

  it.each([
    ["one line", "one line"],
    ["# Read\n    carefully", "# Read\ncarefully"],
    ["", ""],
    ["  \n ", ""],
  ])("%o", (body, text) => expect(dedented(body)).toBe(text));
});

describe("a text", () => {
  it("is set", () => {
    expect(htmlOf("> a\n\n- *b*")).toBe(
      "<blockquote>\n<p>a</p>\n</blockquote>\n<ul>\n<li><em>b</em></li>\n</ul>\n",
    );
  });

  it.each([
    [">".repeat(20_000), "blockquote"],
    ["- ".repeat(20_000), "ul"],
    ["1. ".repeat(20_000), "ol"],
  ])("is in no more than some %.3s…", (signs, tag) => {
    const nested = htmlOf(`${signs}x`).split(`<${tag}`).length - 1;
    expect(nested).toBeGreaterThan(25);
    expect(nested).toBeLessThanOrEqual(80);
  });

  it("is not set where it cannot be gone through", () => {
    expect(htmlOf(`${"_".repeat(6_000)}x${"_".repeat(6_000)}`)).toBe("");
  });
});
