import { describe, expect, it } from "vitest";
import { noRuns, type Runs, readRow, valueAt } from "../../../src/core/runs";
import { Painting } from "../../../src/stage/shapes/painting";

const SIZE = { width: 300, height: 200 };
const ONE = { x: 1, y: 1 };

function painted(base: Runs, mode: "add" | "take", radius: number, hard = false): Runs {
  const painting = new Painting(base, mode);
  painting.stroke({ x: 100, y: 100 }, { x: 200, y: 100 }, radius, ONE, hard);
  return painting.done();
}

describe("a stroke", () => {
  it("is as wide as its pen, round at its ends, with a smooth edge", () => {
    const runs = painted(noRuns(SIZE), "add", 10.5);
    expect(runs.area).toBeGreaterThan(100 * 21 + Math.PI * 10.5 ** 2 - 20);
    expect(runs.bounds).toEqual({ minX: 89, minY: 89, maxX: 211, maxY: 111 });
    expect(valueAt(runs, 150, 100)).toBe(255);
    expect(valueAt(runs, 91, 91)).toBe(0);
    expect([...runs.values].some((value) => value > 0 && value < 255)).toBe(true);
  });

  it("has a hard edge where it is asked for", () => {
    const { values } = painted(noRuns(SIZE), "add", 10.5, true);
    expect([...values].filter((value) => value > 0 && value < 255)).toEqual([]);
  });

  it("twice over is no other than once, but for the edge", () => {
    const once = painted(noRuns(SIZE), "add", 10);
    const twice = painted(once, "add", 10);
    expect(twice.bounds).toEqual(once.bounds);
    expect(valueAt(twice, 150, 100)).toBe(255);
  });

  it("takes away all that it covers", () => {
    const once = painted(noRuns(SIZE), "add", 10);
    expect(painted(once, "take", 12).area).toBe(0);
    const half = new Painting(once, "take");
    half.stroke({ x: 150, y: 0 }, { x: 150, y: 200 }, 5, ONE, true);
    const left = half.done();
    expect(valueAt(left, 150, 100)).toBe(0);
    expect(valueAt(left, 120, 100)).toBe(255);
    expect(left.bounds).toEqual(once.bounds);
  });

  it("of a scaled mask is round on the image", () => {
    const painting = new Painting(noRuns(SIZE), "add");
    painting.stroke({ x: 50, y: 50 }, { x: 50, y: 50 }, 10, { x: 2, y: 1 }, true);
    expect(painting.done().bounds).toEqual({ minX: 80, minY: 40, maxX: 120, maxY: 60 });
  });

  it("leaves what it does not touch as it was, run by run", () => {
    const base = painted(noRuns(SIZE), "add", 10);
    const painting = new Painting(base, "add");
    painting.stroke({ x: 20, y: 20 }, { x: 20, y: 20 }, 3, ONE, false);
    const runs = painting.done();
    const [a, b] = [new Uint8Array(SIZE.width), new Uint8Array(SIZE.width)];
    for (let y = 60; y < SIZE.height; y++) {
      readRow(base, y, 0, SIZE.width, a);
      readRow(runs, y, 0, SIZE.width, b);
      expect(b).toEqual(a);
    }
  });

  it("beyond the image paints nothing", () => {
    const painting = new Painting(noRuns(SIZE), "add");
    painting.stroke({ x: -50, y: -50 }, { x: -40, y: -40 }, 5, ONE, false);
    expect(painting.takeDirty()).toBeNull();
    expect(painting.done()).toEqual(noRuns(SIZE));
  });
});
