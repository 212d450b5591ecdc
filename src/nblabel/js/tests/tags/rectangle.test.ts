import { describe, expect, it } from "vitest";
import { corners, type Point, type Rectangle } from "../../src/core/geometry";
import { rectangle } from "../../src/stage/shapes/rectangle";
import { turned, unturned } from "../../src/tags/image";
import { place, toPercent, toPixels } from "../../src/tags/rectangle";
import { seeded } from "../random";

const TURNS = [0, 90, 180, 270] as const;

function* cases(count: number) {
  const random = seeded(11);
  const upTo = (most: number) => random() * most;
  for (let i = 0; i < count; i++) {
    const size = { width: 1 + Math.floor(upTo(4000)), height: 1 + Math.floor(upTo(4000)) };
    const shape: Rectangle = {
      x: upTo(size.width),
      y: upTo(size.height),
      width: upTo(size.width),
      height: upTo(size.height),
      rotation: i % 3 === 0 ? 0 : upTo(360),
    };
    yield { size, shape };
  }
}

function near(a: Rectangle, b: Rectangle): void {
  for (const key of ["x", "y", "width", "height", "rotation"] as const)
    expect(a[key]).toBeCloseTo(b[key], 6);
}

describe("percent and pixels", () => {
  it("are each other's inverse, for any image and any box", () => {
    for (const { size, shape } of cases(500))
      near(toPixels({ ...toPercent(shape, size) }, size), shape);
  });

  it("are percent of width and of height, each of its own", () => {
    const place = { x: 10, y: 20, width: 50, height: 25, rotation: 30 };
    const size = { width: 400, height: 200 };
    expect(toPixels(place, size)).toEqual({ x: 40, y: 40, width: 200, height: 50, rotation: 30 });
  });

  it("take numbers that came as text, and nothing for what is no number", () => {
    const size = { width: 100, height: 100 };
    expect(toPixels({ x: "1", y: null, width: "wide" }, size)).toEqual({
      x: 1,
      y: 0,
      width: 0,
      height: 0,
      rotation: 0,
    });
  });
});

describe("a turned image", () => {
  /** Where a point of the image is seen, by the definition of a clockwise quarter turn. */
  const seen = (point: Point, { width, height }: { width: number; height: number }, turn: number) =>
    ({
      0: point,
      90: { x: height - point.y, y: point.x },
      180: { x: width - point.x, y: height - point.y },
      270: { x: point.y, y: width - point.x },
    })[turn] as Point;

  it("shows every corner where the turn takes it", () => {
    for (const { size, shape } of cases(100))
      for (const turn of TURNS) {
        const sorted = (points: readonly Point[]) =>
          points
            .map(({ x, y }) => `${x.toFixed(4)} ${y.toFixed(4)}`.replaceAll("-0.0000", "0.0000"))
            .sort();
        const wanted = corners(shape).map((corner) => seen(corner, size, turn));
        const got = corners(turned(shape, rectangle, size, turn) as Rectangle);
        expect(sorted(got)).toEqual(sorted(wanted));
      }
  });

  it("is taken back exactly, so that nothing drifts", () => {
    for (const { size, shape } of cases(200))
      for (const turn of TURNS)
        near(
          unturned(turned(shape, rectangle, size, turn), rectangle, size, turn) as Rectangle,
          shape,
        );
  });

  it("leaves upright what is drawn upright", () => {
    const drawn: Rectangle = { x: 10, y: 20, width: 30, height: 40, rotation: 0 };
    const size = { width: 400, height: 200 };
    for (const turn of TURNS)
      expect((unturned(drawn, rectangle, size, turn) as Rectangle).rotation).toBe(0);
    expect(unturned(drawn, rectangle, size, 90)).toEqual({
      x: 20,
      y: 160,
      width: 40,
      height: 30,
      rotation: 0,
    });
  });
});

describe("snap", () => {
  const SIZE = { width: 400, height: 200 };

  it("puts all four sides on whole pixels", () => {
    const shape = { x: 1.4, y: 2.6, width: 3.4, height: 3.4, rotation: 0 };
    expect(rectangle.snap(shape, SIZE)).toEqual({ x: 1, y: 3, width: 4, height: 3, rotation: 0 });
  });

  it("leaves a pixel of a box that is smaller, also at the image's edge", () => {
    const { width, height } = SIZE;
    const shape = { x: width - 0.3, y: height - 0.2, width: 0.3, height: 0.2, rotation: 0 };
    const snapped = { x: width - 1, y: height - 1, width: 1, height: 1, rotation: 0 };
    expect(rectangle.snap(shape, SIZE)).toEqual(snapped);
  });
});

describe("the place", () => {
  const value = { x: 1, y: 2, width: 3, height: 4 };

  it("is told in pixels where the size is known, else in percent", () => {
    const media = { mime: null, url: null, width: 1000, height: 500, levels: 0, problem: null };
    expect(place.describe(value, media)).toBe("10, 10 · 30×20");
    expect(place.describe(value, null)).toBe("1, 2 · 3×4 %");
  });

  it("is put aside and inside for a copy", () => {
    expect(place.shifted?.(value)).toEqual({ x: 3, y: 4 });
    expect(place.shifted?.({ ...value, x: 97 })).toEqual({ x: 97, y: 4 });
  });
});
