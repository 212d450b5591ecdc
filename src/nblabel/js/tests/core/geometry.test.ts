import { describe, expect, it } from "vitest";
import {
  boundsOf,
  centre,
  corners,
  fromLocal,
  isInside,
  normalAngle,
  type Rectangle,
  rotateTo,
  shiftInto,
  stepWithin,
  toLocal,
  turn,
} from "../../src/core/geometry";
import { seeded } from "../random";

function randomRectangle(random: () => number): Rectangle {
  const between = (low: number, high: number) => low + random() * (high - low);
  return {
    x: between(100, 500),
    y: between(100, 400),
    width: between(5, 200),
    height: between(5, 200),
    rotation: between(0, 360),
  };
}

describe("bounds", () => {
  it("are those of any number of points", () => {
    const points = Array.from({ length: 300_000 }, (_, x) => ({ x, y: 1 - x }));
    expect(boundsOf(points)).toEqual({ minX: 0, minY: -299_998, maxX: 299_999, maxY: 1 });
  });
});

describe("rotation", () => {
  it("is clockwise about the top-left corner, where y points down", () => {
    const rect = { x: 10, y: 20, width: 30, height: 10, rotation: 90 };
    expect(corners(rect)).toEqual([
      { x: 10, y: 20 },
      { x: 10, y: 50 },
      { x: 0, y: 50 },
      { x: 0, y: 20 },
    ]);
  });

  it("goes there and back", () => {
    const random = seeded(4);
    for (let round = 0; round < 200; round++) {
      const rect = randomRectangle(random);
      const point = { x: random() * 600, y: random() * 500 };
      const back = fromLocal(rect, toLocal(rect, point));
      expect(back.x).toBeCloseTo(point.x, 9);
      expect(back.y).toBeCloseTo(point.y, 9);
    }
  });

  it("to another angle keeps the centre and the size", () => {
    const random = seeded(5);
    for (let round = 0; round < 200; round++) {
      const rect = randomRectangle(random);
      const turned = rotateTo(rect, random() * 1000 - 500);
      expect(turned.rotation).toBe(normalAngle(turned.rotation));
      expect([turned.width, turned.height]).toEqual([rect.width, rect.height]);
      expect(centre(turned).x).toBeCloseTo(centre(rect).x, 9);
      expect(centre(turned).y).toBeCloseTo(centre(rect).y, 9);
      const again = rotateTo(turned, rect.rotation);
      expect(again.x).toBeCloseTo(rect.x, 8);
      expect(again.y).toBeCloseTo(rect.y, 8);
    }
  });

  it("by quarters is exact", () => {
    let point = { x: 0.1, y: 0.7 };
    for (let quarter = 0; quarter < 4; quarter++) point = turn(point, { x: 0, y: 0 }, 90);
    expect(point).toEqual({ x: 0.1, y: 0.7 });
  });

  it("is told within [0, 360)", () => {
    expect([-90, 360, 725, 0].map(normalAngle)).toEqual([270, 0, 5, 0]);
  });
});

describe("stepWithin", () => {
  const size = { width: 100, height: 50 };

  it("stops at the image's edges", () => {
    const box = { minX: 10, minY: 10, maxX: 90, maxY: 40 };
    expect(stepWithin(box, { x: 20, y: -30 }, size)).toEqual({ x: 10, y: -10 });
    expect(stepWithin(box, { x: -3, y: 4 }, size)).toEqual({ x: -3, y: 4 });
  });

  it("leaves what reaches out where it is, but for the way in", () => {
    const box = { minX: -20, minY: -5, maxX: 130, maxY: 20 };
    expect(stepWithin(box, { x: 1, y: 0 }, size)).toEqual({ x: 1, y: 0 });
    expect(stepWithin(box, { x: 0, y: -1 }, size)).toEqual({ x: 0, y: 0 });
    expect(stepWithin(box, { x: 40, y: 1 }, size)).toEqual({ x: 20, y: 1 });
  });
});

describe("shiftInto", () => {
  const size = { width: 100, height: 50 };

  it("moves a box into the image, and no further", () => {
    expect(shiftInto({ minX: -5, minY: 10, maxX: 20, maxY: 60 }, size)).toEqual({ x: 5, y: -10 });
    const { x, y } = shiftInto({ minX: 1, minY: 1, maxX: 2, maxY: 2 }, size);
    expect([Math.abs(x), Math.abs(y)]).toEqual([0, 0]);
  });

  it("lays a box that is too large at the low side", () => {
    expect(shiftInto({ minX: 3, minY: 0, maxX: 203, maxY: 10 }, size).x).toBe(-3);
  });

  it("agrees with isInside", () => {
    expect(isInside({ minX: 0, minY: 0, maxX: 100, maxY: 50 }, size)).toBe(true);
    expect(isInside({ minX: -1, minY: 0, maxX: 100, maxY: 50 }, size)).toBe(false);
  });
});
