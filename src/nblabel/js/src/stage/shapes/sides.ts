import { type Bounds, distance, type Point, type Size } from "../../core/geometry";
import { clamp } from "../../core/numbers";

/** Sides shorter than this, in screen pixels, have no handle to add a point with. */
export const SIDE = 26;

/** Twice the area that the points enclose, negative where they run against the clock. */
export const shoelace = (points: readonly Point[]): number =>
  points.reduce((sum, { x, y }, i) => {
    const next = points[(i + 1) % points.length] as Point;
    return sum + x * next.y - next.x * y;
  }, 0);

/** Whether a point lies inside, by how often a ray from it crosses the sides. */
export function encloses(points: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const a = points[i] as Point;
    const b = points[j] as Point;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** How far a point is from a side. */
export function apart(point: Point, [a, b]: [Point, Point]): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along = (point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y);
  const share = length === 0 ? 0 : clamp(along / length, 0, 1);
  return distance(point, { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
}

/** Stretches what lies in a box from its upper left end, as far as the image goes. */
export function stretching({ minX, minY, maxX, maxY }: Bounds, dx: number, dy: number, size: Size) {
  const factor = (low: number, high: number, by: number, limit: number) =>
    high === low ? 1 : (clamp(high + by, low + 1, Math.max(limit, high)) - low) / (high - low);
  const across = factor(minX, maxX, dx, size.width);
  const down = factor(minY, maxY, dy, size.height);
  return ({ x, y }: Point): Point => ({
    x: minX + (x - minX) * across,
    y: minY + (y - minY) * down,
  });
}
