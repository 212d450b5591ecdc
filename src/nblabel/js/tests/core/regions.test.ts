import { describe, expect, it } from "vitest";
import { firstValue, isRegion, regionsOf } from "../../src/core/regions";
import type { Item, Result } from "../../src/core/types";

const items = (...results: Result[]): Item[] =>
  results.map((result, i) => ({ uid: `u${i}`, ordinal: i, result }));

describe("isRegion", () => {
  it.each([
    [{ type: "choices", value: { choices: ["a"] } }, false],
    [{ type: "textarea", value: { text: ["a"] } }, false],
    [{ type: "labels", value: { start: 1, end: 2, labels: ["a"] } }, true],
    [{ type: "rectangle", value: { x: 1, y: 2, width: 3, height: 4 } }, true],
    [{ type: "brush", value: { imageDataURL: "data:" } }, true],
    [{ type: "timelinelabels", value: { ranges: [] } }, true],
    [{ type: "relation", from_id: "a", to_id: "b" }, false],
    [{ type: "rating", value: {} }, false],
    [{ type: "odd" }, false],
  ])("%j: %j", (result, region) => expect(isRegion(result)).toBe(region));
});

describe("regionsOf", () => {
  const box = { x: 1, y: 2, width: 3, height: 4 };

  it("brings results of one id and one object together, in the order of their first", () => {
    const regions = regionsOf(
      items(
        { id: "a", to_name: "image", type: "rectangle", value: box },
        { id: "b", to_name: "image", type: "rectangle", value: box },
        { id: "a", to_name: "image", type: "labels", value: { ...box, labels: ["x"] } },
        { id: "a", to_name: "other", type: "rectangle", value: box },
        { id: "c", to_name: "image", type: "choices", value: { choices: ["y"] } },
      ),
    );
    expect(regions.map(({ id, object, items }) => [id, object, items.length])).toEqual([
      ["a", "image", 2],
      ["b", "image", 1],
      ["a", "other", 1],
    ]);
  });

  it("takes the item's own uid where a result has no id", () => {
    const [region] = regionsOf(items({ to_name: "image", value: box }));
    expect(region?.id).toBe("u0");
    expect(region && firstValue(region)).toEqual(box);
  });
});

describe("regions of many items", () => {
  it("stay the same objects where nothing of them changed", () => {
    const some = items(
      { id: "a", to_name: "t", value: { start: 0, end: 1 } },
      { id: "b", to_name: "t", value: { start: 1, end: 2 } },
    );
    const [a, b] = regionsOf(some);
    const more = [...some, ...items({ id: "c", to_name: "t", value: { start: 2, end: 3 } })];
    const [again, same, c] = regionsOf(more);
    expect(again).toBe(a);
    expect(same).toBe(b);
    expect(c?.id).toBe("c");
  });
});
