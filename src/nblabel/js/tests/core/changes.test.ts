import { describe, expect, it } from "vitest";
import { applies, apply, between, inverse, replace, sameJson } from "../../src/core/changes";
import type { Edit, Item, Result } from "../../src/core/types";
import { seeded } from "../random";

const result = (text: string): Result => ({ id: text, value: { text } });
const item = (uid: string, ordinal: number, text = uid): Item => ({
  uid,
  ordinal,
  result: result(text),
});

describe("sameJson", () => {
  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: undefined }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    [0, "0", false],
  ])("%j and %j: %j", (a, b, same) => expect(sameJson(a, b)).toBe(same));
});

describe("between", () => {
  it("is what makes of some items some others, and nothing for what is the same", () => {
    const before = [item("a", 0), item("b", 1), item("c", 2)];
    const after = [item("a", 0), item("b", 1, "B"), item("d", 3)];
    const edits = between(before, after);
    expect(edits.map(({ uid }) => uid)).toEqual(["b", "d", "c"]);
    expect(applies(before, edits)).toBe(true);
    expect(apply(before, edits)).toEqual(after);
    expect(between(after, after)).toEqual([]);
  });
});

describe("apply", () => {
  it("replaces, deletes and adds, in order", () => {
    const items = [item("a", 0), item("b", 1), item("d", 3)];
    const edits: Edit[] = [
      { uid: "c", ordinal: 2, before: null, after: result("c") },
      { uid: "b", ordinal: 1, before: result("b"), after: null },
      { uid: "a", ordinal: 0, before: result("a"), after: result("A") },
    ];
    expect(apply(items, edits).map(({ uid, result }) => [uid, result.id])).toEqual([
      ["a", "A"],
      ["c", "c"],
      ["d", "d"],
    ]);
  });

  it("leaves what is not edited the very same item", () => {
    const items = [item("a", 0), item("b", 1)];
    const [a] = items;
    const after = apply(items, a ? [replace(a, result("A"))] : []);
    expect(after[1]).toBe(items[1]);
  });

  it("is undone by its inverse, whatever was done", () => {
    const random = seeded(3);
    for (let round = 0; round < 300; round++) {
      const items = Array.from({ length: 6 }, (_, i) => item(`i${i}`, i));
      const edits = items.flatMap((each, i): Edit[] => {
        const dice = random();
        if (dice < 0.25) return [replace(each, null)];
        if (dice < 0.5) return [replace(each, result(`changed ${i}`))];
        if (dice < 0.7)
          return [{ uid: `n${i}`, ordinal: 10 + i, before: null, after: result("n") }];
        return [];
      });
      expect(applies(items, edits)).toBe(true);
      const after = apply(items, edits);
      expect(applies(after, inverse(edits))).toBe(true);
      expect(apply(after, inverse(edits))).toEqual(items);
      if (edits.length > 0) expect(applies(after, edits)).toBe(false);
    }
  });
});
