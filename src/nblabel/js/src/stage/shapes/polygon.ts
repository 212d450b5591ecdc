import {
  type Bounds,
  boundsOf,
  clampPoint,
  distance,
  type Point,
  type Size,
  stepWithin,
} from "../../core/geometry";
import { paintMade } from "./dots";
import type { Figure, Handle } from "./figure";
import { apart, encloses, SIDE, shoelace, stretching } from "./sides";
import { clicked } from "./trail";

/** A polygon in natural pixels of the image; one that is not closed is a line so far. */
export interface Polygon {
  readonly points: readonly Point[];
  readonly closed: boolean;
}

/** A polygon needs so many points. */
const LEAST = 3;

const bounds = ({ points }: Polygon): Bounds =>
  points.length > 0 ? boundsOf(points) : { minX: 0, minY: 0, maxX: 0, maxY: 0 };

/** Its sides, each from the point of the same place to the next. */
function sides({ points, closed }: Polygon): [Point, Point][] {
  const next = (i: number) => points[(i + 1) % points.length] as Point;
  const all = points.map((point, i): [Point, Point] => [point, next(i)]);
  return closed ? all : all.slice(0, -1);
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
    const label = `Add a point after point ${i + 1}; with Shift, move this side`;
    return [{ id: `a${i}`, ...middle, cursor: "copy", label, role: "add" }];
  });
  return [...adding, ...points];
}

/** With the side from a point moved, as far as the image goes. */
function withSide(polygon: Polygon, at: number, from: Point, to: Point, size: Size): Polygon {
  const next = (at + 1) % polygon.points.length;
  const side = [at, next].map((i) => polygon.points[i] as Point);
  const by = stepWithin(boundsOf(side), { x: to.x - from.x, y: to.y - from.y }, size);
  const [first, second] = side.map(({ x, y }) => ({ x: x + by.x, y: y + by.y }));
  const points = polygon.points.with(at, first as Point).with(next, second as Point);
  return { ...polygon, points };
}

function moved(polygon: Polygon, dx: number, dy: number, size: Size): Polygon {
  const by = stepWithin(bounds(polygon), { x: dx, y: dy }, size);
  return { ...polygon, points: polygon.points.map(({ x, y }) => ({ x: x + by.x, y: y + by.y })) };
}

const grown = (polygon: Polygon, dx: number, dy: number, size: Size): Polygon => ({
  ...polygon,
  points: polygon.points.map(stretching(bounds(polygon), dx, dy, size)),
});

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

  drag(polygon, handle, from, to, keys, size) {
    const at = numberOf(handle);
    const there = clampPoint(to, size);
    if (handle.startsWith("a") && keys.shift) return withSide(polygon, at, from, to, size);
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
  pen: clicked(
    (points, closed) => ({ points, closed }),
    LEAST,
    ({ points }) => points,
  ),
  dots(context, { points }, shape, pixel, rests) {
    if (!rests) paintMade(context, points.slice(0, -1), shape, pixel);
  },
  quarter: (polygon, { height }) => ({
    ...polygon,
    points: polygon.points.map(({ x, y }) => ({ x: height - y, y: x })),
  }),
  snap: (polygon) => ({
    ...polygon,
    points: polygon.points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })),
  }),
};
