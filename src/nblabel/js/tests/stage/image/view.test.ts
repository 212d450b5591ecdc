import { describe, expect, it } from "vitest";
import { aligned, fitScale, kept, toImage, toScreen, zoomed } from "../../../src/stage/image/view";
import { seeded } from "../../random";

const IMAGE = { width: 400, height: 200 };
const SURFACE = { width: 800, height: 500 };
const MIDDLE = { horizontal: "center", vertical: "center" } as const;

describe("view", () => {
  it("fits the whole image and aligns it", () => {
    expect(fitScale(IMAGE, SURFACE)).toBe(2);
    expect(aligned(IMAGE, SURFACE, 2, MIDDLE)).toEqual({ scale: 2, x: 0, y: 50 });
    const low = { horizontal: "right", vertical: "bottom" } as const;
    expect(aligned(IMAGE, SURFACE, 1, low)).toEqual({ scale: 1, x: 400, y: 300 });
  });

  it("goes to the image and back", () => {
    const view = { scale: 1.7, x: -30, y: 12 };
    const there = toScreen(view, toImage(view, { x: 123, y: 45 }));
    expect(there.x).toBeCloseTo(123, 9);
    expect(there.y).toBeCloseTo(45, 9);
  });

  it("keeps the point under the pointer while it zooms in", () => {
    const random = seeded(13);
    for (let round = 0; round < 100; round++) {
      const start = aligned(IMAGE, SURFACE, 2, MIDDLE);
      const at = toScreen(start, { x: random() * 400, y: random() * 200 });
      const under = toImage(start, at);
      const after = toScreen(zoomed(start, 1 + 3 * random(), at, IMAGE, SURFACE, false), under);
      expect(after.x).toBeCloseTo(at.x, 6);
      // A direction in which the image is smaller than the surface keeps it whole in sight.
      expect(Math.abs(after.y - at.y)).toBeLessThanOrEqual(50.001);
    }
  });

  it("does not zoom out beyond the whole image, unless that is asked for", () => {
    const start = aligned(IMAGE, SURFACE, 2, MIDDLE);
    const at = { x: 400, y: 250 };
    expect(zoomed(start, 0.001, at, IMAGE, SURFACE, false).scale).toBe(1);
    expect(zoomed(start, 0.1, at, IMAGE, SURFACE, true).scale).toBeCloseTo(0.2, 9);
  });

  it("never loses the image out of sight", () => {
    expect(kept({ scale: 4, x: 50, y: 50 }, IMAGE, SURFACE)).toEqual({ scale: 4, x: 0, y: 0 });
    expect(kept({ scale: 1, x: -50, y: 900 }, IMAGE, SURFACE)).toEqual({ scale: 1, x: 0, y: 300 });
  });
});
