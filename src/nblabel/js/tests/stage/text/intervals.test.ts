import { describe, expect, it } from "vitest";
import { Intervals } from "../../../src/stage/text/intervals";
import { seeded } from "../../random";

describe("Intervals", () => {
  it("finds what a look at all of them finds", () => {
    const random = seeded(12);
    for (let round = 0; round < 100; round++) {
      const items = Array.from({ length: Math.floor(random() * 40) }, () => {
        const start = Math.floor(random() * 100);
        return { start, end: start + 1 + Math.floor(random() * 20) };
      });
      const intervals = new Intervals(items);
      const start = Math.floor(random() * 110);
      const end = start + 1 + Math.floor(random() * 10);
      const wanted = items.filter((item) => item.start < end && item.end > start);
      expect(new Set(intervals.touching(start, end))).toEqual(new Set(wanted));
    }
  });

  it("puts overlapping ones into rows of their own, and uses rows again", () => {
    const outer = { start: 0, end: 10 };
    const inner = { start: 2, end: 4 };
    const later = { start: 5, end: 6 };
    const apart = { start: 10, end: 12 };
    const rows = new Intervals([later, apart, inner, outer]).rows();
    expect([outer, inner, later, apart].map((item) => rows.get(item))).toEqual([0, 1, 1, 0]);
  });
});
