import { describe, expect, it } from "vitest";
import type { Point } from "../../../src/core/geometry";
import { polygon } from "../../../src/stage/shapes/polygon";

const SIZE = { width: 400, height: 200 };
const square = {
  points: [
    { x: 100, y: 50 },
    { x: 200, y: 50 },
    { x: 200, y: 150 },
    { x: 100, y: 150 },
  ],
  closed: true,
};

describe("a polygon", () => {
  it("has the area it encloses, whichever way it runs", () => {
    expect(polygon.area(square)).toBe(10_000);
    expect(polygon.area({ ...square, points: square.points.toReversed() })).toBe(10_000);
  });

  it("that is not closed is a line: hit along it, and not inside", () => {
    const open = { ...square, closed: false };
    expect(polygon.isOpen?.(open)).toBe(true);
    expect(polygon.hit(open, { x: 150, y: 100 }, 3)).toBe(false);
    expect(polygon.hit(open, { x: 150, y: 51 }, 3)).toBe(true);
    expect(polygon.hit(open, { x: 101, y: 100 }, 3)).toBe(false); // the side that is missing
    expect(polygon.hit(square, { x: 101, y: 100 }, 3)).toBe(true);
  });

  it("offers a point on each side that is long enough for it", () => {
    const adding = (pixel: number) =>
      polygon.handles(square, pixel, true).filter(({ role }) => role === "add").length;
    expect(adding(1)).toBe(4);
    expect(adding(10)).toBe(0);
    const open = polygon.handles({ ...square, closed: false }, 1, true);
    expect(open.filter(({ role }) => role === "add")).toHaveLength(3);
  });

  it("that is drawn gets points back that were taken back, until another is set", () => {
    const ground = { size: SIZE, pixel: 1, strokeWidth: 1, turn: 0, tool: "" };
    const [a, b, c, d] = square.points as [Point, Point, Point, Point];
    const keys = { shift: false, alt: false };
    const pen = polygon.pen(a, ground);
    for (const point of [a, b, c, d]) pen.up(point, keys);
    expect(pen.back()?.points).toEqual([a, b, c]);
    expect(pen.back()?.points).toEqual([a, b]);
    expect(pen.again?.()?.points).toEqual([a, b, c]);
    pen.back();
    pen.up(d, keys);
    expect(pen.again?.()).toBeNull();
    expect(pen.finish()?.points).toEqual([a, b, d]);
  });

  it("grows from its upper left end, as far as the image goes", () => {
    const grown = polygon.grow(square, 1000, 10, SIZE);
    expect(polygon.bounds(grown)).toEqual({ minX: 100, minY: 50, maxX: 400, maxY: 160 });
  });
});
