import { describe, expect, it } from "vitest";
import { dedented } from "../../src/tags/markdown";

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
