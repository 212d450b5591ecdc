import { describe, expect, it } from "vitest";
import { boxOf, type Ellipse, ellipse, inBox } from "../../../src/stage/shapes/ellipse";

const turned: Ellipse = { x: 100, y: 80, radiusX: 40, radiusY: 20, rotation: 30 };

/** Points on its outline, by the definition of an ellipse. */
const outline = ({ x, y, radiusX, radiusY, rotation }: Ellipse) =>
  Array.from({ length: 720 }, (_, half) => {
    const along = (half * Math.PI) / 360;
    const angle = (rotation * Math.PI) / 180;
    const [a, b] = [radiusX * Math.cos(along), radiusY * Math.sin(along)];
    return {
      x: x + a * Math.cos(angle) - b * Math.sin(angle),
      y: y + a * Math.sin(angle) + b * Math.cos(angle),
    };
  });

describe("an ellipse", () => {
  it("has the bounds of its outline", () => {
    const points = outline(turned);
    const { minX, minY, maxX, maxY } = ellipse.bounds(turned);
    expect(minX).toBeCloseTo(Math.min(...points.map(({ x }) => x)), 1);
    expect(maxX).toBeCloseTo(Math.max(...points.map(({ x }) => x)), 1);
    expect(minY).toBeCloseTo(Math.min(...points.map(({ y }) => y)), 1);
    expect(maxY).toBeCloseTo(Math.max(...points.map(({ y }) => y)), 1);
  });

  it("is hit inside and on its outline, not beyond", () => {
    for (const { x, y } of outline(turned)) {
      const at = (share: number) => ({ x: 100 + (x - 100) * share, y: 80 + (y - 80) * share });
      expect(ellipse.hit(turned, at(0.98), 0)).toBe(true);
      expect(ellipse.hit(turned, at(1.02), 0)).toBe(false);
      expect(ellipse.hit(turned, at(1.02), 3)).toBe(true);
    }
  });

  it("fills its box, which is turned as it is", () => {
    const again = inBox(boxOf(turned));
    for (const key of ["x", "y", "radiusX", "radiusY", "rotation"] as const)
      expect(again[key]).toBeCloseTo(turned[key], 9);
  });
});
