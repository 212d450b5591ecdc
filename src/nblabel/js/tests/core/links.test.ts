import { describe, expect, it } from "vitest";
import { linksIn } from "../../src/core/links";

const hrefs = (text: string) => linksIn(text).map(({ href }) => href);

describe("linksIn", () => {
  it("finds web addresses, and where they stand", () => {
    const text = "🎉 See https://a.example/x?y=1#z, or http://b.example.";
    for (const { start, end, href } of linksIn(text)) expect(text.slice(start, end)).toBe(href);
    expect(hrefs(text)).toEqual(["https://a.example/x?y=1#z", "http://b.example"]);
  });

  it.each([
    ["(https://a.example/x)", ["https://a.example/x"]],
    ["https://a.example/x_(y)", ["https://a.example/x_(y)"]],
    ["<https://a.example>", ["https://a.example"]],
    ["javascript:alert(1) data:text/html,x ftp://a file:///etc/passwd", []],
    ["https:// and xhttps://a.example", []],
  ])("%s", (text, found) => expect(hrefs(text)).toEqual(found));
});
