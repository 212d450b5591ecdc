import { describe, expect, it } from "vitest";
import {
  directionOf,
  extend,
  type Granularity,
  lineAt,
  lines,
  nextWord,
  step,
} from "../../src/core/segments";
import { randomText, seeded } from "../random";

const cut = (text: string, { start, end }: { start: number; end: number }) =>
  text.slice(start, end);

describe("lines", () => {
  it("end at \\n, \\r\\n and \\r and are the text together", () => {
    expect(lines("a\nb\r\nc\rd").map((line) => cut("a\nb\r\nc\rd", line))).toEqual([
      "a\n",
      "b\r\n",
      "c\r",
      "d",
    ]);
    const random = seeded(2);
    for (let round = 0; round < 200; round++) {
      const text = randomText(random, 30);
      expect(
        lines(text)
          .map((line) => cut(text, line))
          .join(""),
      ).toBe(text);
    }
  });

  it("of an empty text are one empty line", () => {
    expect(lines("")).toEqual([{ start: 0, end: 0 }]);
  });
});

describe("extend", () => {
  const text = "  One, two. Three four!  \nFive six.";
  const extended = (words: string, granularity: Granularity) => {
    const start = text.indexOf(words);
    const found = extend(text, { start, end: start + words.length }, granularity);
    return found && cut(text, found);
  };

  it("trims symbols where asked for", () => {
    expect(extend("one two ", { start: 3, end: 8 }, "symbol", true)).toEqual({ start: 4, end: 7 });
    expect(extend("one two ", { start: 3, end: 4 }, "symbol", true)).toBeNull();
  });

  it("takes symbols as they are, with their spaces", () => {
    expect(extended(" two", "symbol")).toBe(" two");
  });

  it("takes whole words, sentences and paragraphs without white space at the ends", () => {
    expect(extended("hre", "word")).toBe("Three");
    expect(extended("ne, t", "word")).toBe("One, two");
    expect(extended("hre", "sentence")).toBe("Three four!");
    expect(extended("hre", "paragraph")).toBe("One, two. Three four!");
    expect(extended("four!  \nFi", "word")).toBe("four!  \nFive");
  });

  it("does not grow over the space that was selected along", () => {
    expect(extended("two. ", "word")).toBe("two.");
    expect(extended(" four", "word")).toBe("four");
  });

  it("is null for white space alone and for nothing", () => {
    expect(extended("  \n", "word")).toBeNull();
    expect(extend(text, { start: 3, end: 3 }, "symbol")).toBeNull();
  });

  it("never loses what was selected, but for white space", () => {
    const random = seeded(3);
    for (let round = 0; round < 200; round++) {
      const given = randomText(random, 30);
      const a = Math.floor(random() * (given.length + 1));
      const b = Math.floor(random() * (given.length + 1));
      const chosen = { start: Math.min(a, b), end: Math.max(a, b) };
      for (const granularity of ["word", "sentence", "paragraph"] as const) {
        const found = extend(given, chosen, granularity);
        if (found) expect(cut(given, found)).toContain(cut(given, chosen).trim());
        else expect(cut(given, chosen).trim()).toBe("");
      }
    }
  });
});

describe("step", () => {
  it("goes over whole graphemes and line breaks, and back the same way", () => {
    const text = "a👩‍👩‍👧e\u0301\r\n🇩🇪\n\nb";
    const forth = [0];
    while ((forth.at(-1) as number) < text.length)
      forth.push(step(text, forth.at(-1) as number, 1, "grapheme"));
    const back = [text.length];
    while ((back.at(-1) as number) > 0)
      back.push(step(text, back.at(-1) as number, -1, "grapheme"));
    expect(forth).toEqual(back.reverse());
    expect(forth.slice(1).map((end, place) => text.slice(forth[place], end))).toEqual([
      "a",
      "👩‍👩‍👧",
      "e\u0301",
      "\r\n",
      "🇩🇪",
      "\n",
      "\n",
      "b",
    ]);
  });

  it("goes to the far end of words and over what is between them", () => {
    const text = "one, two\nthree";
    expect(step(text, 0, 1, "word")).toBe(3);
    expect(step(text, 3, 1, "word")).toBe(8);
    expect(step(text, 8, 1, "word")).toBe(14);
    expect(step(text, 14, -1, "word")).toBe(9);
    expect(step(text, 9, -1, "word")).toBe(5);
    expect(step(text, 0, -1, "word")).toBe(0);
  });

  it("goes to the beginning of the next word, where a selection begins", () => {
    const text = "one, two\n  three ";
    const stops = [0, 1, 3, 5, 8, 11].map((at) => nextWord(text, at));
    expect(stops).toEqual([5, 5, 5, 11, 11, 16]);
  });

  it("costs the same in a line without end", () => {
    const text = "word ".repeat(40_000);
    expect(step(text, 100_000, 1, "grapheme")).toBe(100_001);
    expect(lineAt(text, 100_000, 10)).toEqual({ start: 99_990, end: 100_010 });
  });
});

describe("directionOf", () => {
  it.each([
    ["one שתיים", "ltr"],
    ["12. שתיים one", "rtl"],
    ["مرحبا", "rtl"],
    ["漢字", "ltr"],
    ["123", "ltr"],
  ])("%s", (text, direction) => {
    expect(directionOf(text, { start: 0, end: text.length })).toBe(direction);
  });

  it("is by the line's own letters", () => {
    expect(directionOf("שלום\n12\nabc", { start: 5, end: 8 })).toBe("ltr");
    expect(directionOf("abc\nשלום", { start: 4, end: 8 })).toBe("rtl");
  });
});
