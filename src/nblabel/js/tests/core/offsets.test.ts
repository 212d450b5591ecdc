import { describe, expect, it } from "vitest";
import { Offsets } from "../../src/core/offsets";
import { randomText, seeded } from "../random";

describe("Offsets", () => {
  it("counts code points as [...text] does, in any text", () => {
    const random = seeded(1);
    for (let round = 0; round < 300; round++) {
      const text = randomText(random, 40);
      const points = [...text];
      const offsets = new Offsets(text);
      expect(offsets.length).toBe(points.length);
      let unit = 0;
      for (const [point, character] of points.entries()) {
        expect(offsets.units(point)).toBe(unit);
        for (let inside = 0; inside < character.length; inside++)
          expect(offsets.points(unit + inside)).toBe(point);
        unit += character.length;
      }
      expect(offsets.units(points.length)).toBe(text.length);
      expect(offsets.points(text.length)).toBe(points.length);
    }
  });

  it("slices what Python slices", () => {
    const text = "a🎉b\r\n👩‍👩‍👧c";
    const offsets = new Offsets(text);
    const slice = (start: number, end: number) =>
      text.slice(offsets.units(start), offsets.units(end));
    expect(slice(1, 2)).toBe("🎉");
    expect(slice(3, 5)).toBe("\r\n");
    expect(slice(5, 10)).toBe("👩‍👩‍👧");
  });

  it("keeps positions beyond the text at its ends", () => {
    const offsets = new Offsets("a🎉");
    expect([offsets.units(-1), offsets.units(9)]).toEqual([0, 3]);
    expect([offsets.points(-1), offsets.points(9)]).toEqual([0, 2]);
  });
});
