import {
  type Bounds,
  boundsOf,
  clampPoint,
  distance,
  type Point,
  type Size,
  shiftInto,
} from "../../core/geometry";
import { clamp } from "../../core/numbers";
import type { Figure, Handle } from "./figure";
import { clicked } from "./pens";

/** A polygon in natural pixels of the image; one that is not closed is a line so far. */
export interface Polygon {
  readonly points: readonly Point[];
  readonly closed: boolean;
}

/** A polygon needs so many points. */
const LEAST = 3;
/** Sides shorter than this, in screen pixels, have no handle to add a point with. */
const SIDE = 26;

const bounds = ({ points }: Polygon): Bounds =>
  points.length > 0 ? boundsOf(points) : { minX: 0, minY: 0, maxX: 0, maxY: 0 };

/** Its sides, each from the point of the same place to the next. */
function sides({ points, closed }: Polygon): [Point, Point][] {
  const next = (i: number) => points[(i + 1) % points.length] as Point;
  const all = points.map((point, i): [Point, Point] => [point, next(i)]);
  return closed ? all : all.slice(0, -1);
}

/** Twice the area that the points enclose, negative where they run against the clock. */
const shoelace = (points: readonly Point[]): number =>
  points.reduce((sum, { x, y }, i) => {
    const next = points[(i + 1) % points.length] as Point;
    return sum + x * next.y - next.x * y;
  }, 0);

/** Whether a point lies inside, by how often a ray from it crosses the sides. */
function encloses(points: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const a = points[i] as Point;
    const b = points[j] as Point;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** How far a point is from a side. */
function apart(point: Point, [a, b]: [Point, Point]): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along = (point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y);
  const share = length === 0 ? 0 : clamp(along / length, 0, 1);
  return distance(point, { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
}

/** What a handle stands for: a point ("p3"), or the side from it, where one can be added ("a3"). */
const numberOf = (handle: string): number => Number(handle.slice(1));

function handles(polygon: Polygon, pixel: number): Handle[] {
  const points = polygon.points.map(({ x, y }, i) => ({
    id: `p${i}`,
    x,
    y,
    cursor: "move",
    label: `Point ${i + 1}`,
  }));
  const adding = sides(polygon).flatMap(([a, b], i): Handle[] => {
    if (distance(a, b) < SIDE * pixel) return [];
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const label = `Add a point after point ${i + 1}`;
    return [{ id: `a${i}`, ...middle, cursor: "copy", label, role: "add" }];
  });
  return [...adding, ...points];
}

function moved(polygon: Polygon, dx: number, dy: number, size: Size): Polygon {
  const { minX, minY, maxX, maxY } = bounds(polygon);
  const there = { minX: minX + dx, minY: minY + dy, maxX: maxX + dx, maxY: maxY + dy };
  const shift = shiftInto(there, size);
  const by = { x: dx + shift.x, y: dy + shift.y };
  return { ...polygon, points: polygon.points.map(({ x, y }) => ({ x: x + by.x, y: y + by.y })) };
}

/** Stretched from its upper left end, as far as the image goes. */
function grown(polygon: Polygon, dx: number, dy: number, size: Size): Polygon {
  const { minX, minY, maxX, maxY } = bounds(polygon);
  const factor = (low: number, high: number, by: number, limit: number) =>
    high === low ? 1 : (clamp(high + by, low + 1, Math.max(limit, high)) - low) / (high - low);
  const across = factor(minX, maxX, dx, size.width);
  const down = factor(minY, maxY, dy, size.height);
  const stretched = ({ x, y }: Point) => ({
    x: minX + (x - minX) * across,
    y: minY + (y - minY) * down,
  });
  return { ...polygon, points: polygon.points.map(stretched) };
}

export const polygon: Figure<Polygon> = {
  bounds,
  area: ({ points }) => Math.abs(shoelace(points)) / 2,

  path(context, { points: [first, ...others], closed }) {
    if (!first) return;
    context.moveTo(first.x, first.y);
    for (const { x, y } of others) context.lineTo(x, y);
    if (closed) context.closePath();
  },

  isOpen: ({ closed }) => !closed,

  hit(polygon, point, tolerance) {
    if (polygon.closed && encloses(polygon.points, point)) return true;
    return sides(polygon).some((side) => apart(point, side) <= tolerance);
  },

  anchor: ({ points: [first, ...others] }) =>
    others.reduce((top, point) => (point.y < top.y ? point : top), first ?? { x: 0, y: 0 }),

  handles,

  drag(polygon, handle, _from, to, _keys, size) {
    const at = numberOf(handle);
    const there = clampPoint(to, size);
    const points = handle.startsWith("a")
      ? polygon.points.toSpliced(at + 1, 0, there)
      : polygon.points.with(at, there);
    return { ...polygon, points };
  },

  remove(polygon, handle) {
    if (handle.startsWith("a") || polygon.points.length <= LEAST) return null;
    return { ...polygon, points: polygon.points.toSpliced(numberOf(handle), 1) };
  },

  move: moved,
  grow: grown,
  clicked: true,
  pen: clicked((points, closed) => ({ points, closed }), LEAST),
  points: ({ points, closed }) => (closed ? [] : points.slice(0, -1)),
  quarter: (polygon, { height }) => ({
    ...polygon,
    points: polygon.points.map(({ x, y }) => ({ x: height - y, y: x })),
  }),
  snap: (polygon) => ({
    ...polygon,
    points: polygon.points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
  }),
};
