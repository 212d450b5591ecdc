import { describe, expect, it } from "vitest";
import { markText, scoreText } from "../../src/stage/mark";

const MARK = {
  id: "a",
  color: "red",
  label: "PER",
  suggestion: false,
  selected: false,
  hidden: false,
  locked: false,
};

describe("a mark's words", () => {
  it("ask when it is a suggestion, and tell its score", () => {
    expect(markText(MARK)).toEqual({ label: "PER", score: "" });
    expect(markText({ ...MARK, suggestion: true, score: 0.914 })).toEqual({
      label: "PER ?",
      score: ".91",
    });
  });

  it("write scores without a leading zero", () => {
    expect([0, 0.5, 1, 12.3].map(scoreText)).toEqual([".00", ".50", "1.00", "12.30"]);
  });
});
