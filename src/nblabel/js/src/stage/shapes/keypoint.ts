import { clampPoint, distance, type Point, type Size } from "../../core/geometry";
import type { Figure, Ground, Pen } from "./figure";

/** A point in natural pixels of the image; Label Studio gives it a width, that of its dot. */
export interface KeyPoint {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The dot's radius on the screen, at the least. */
const RADIUS = 4;

const moved = (point: KeyPoint, dx: number, dy: number, size: Size): KeyPoint => ({
  ...point,
  ...clampPoint({ x: point.x + dx, y: point.y + dy }, size),
});

/** Draws with one click, where the pointer is let go. */
function pen(from: Point, { size, pixel, strokeWidth }: Ground): Pen<KeyPoint> {
  let now: KeyPoint;
  const move = (to: Point) => {
    now = { ...clampPoint(to, size), width: strokeWidth * pixel };
    return now;
  };
  move(from);
  return {
    move,
    up: (at) => ({ draft: move(at), whole: true }),
    finish: () => now,
    back: () => null,
  };
}

export const keypoint: Figure<KeyPoint> = {
  bounds: ({ x, y, width }) => ({
    minX: x - width / 2,
    minY: y - width / 2,
    maxX: x + width / 2,
    maxY: y + width / 2,
  }),
  area: () => 0, // it lies above all that is around it
  path(context, { x, y, width }, pixel) {
    const radius = Math.max(width / 2, RADIUS * pixel);
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  },
  hit: (point, at, tolerance) => distance(point, at) <= Math.max(point.width / 2, 2 * tolerance),
  anchor: ({ x, y }) => ({ x, y }),
  handles: () => [], // it is moved as a whole
  drag: (point) => point,
  move: moved,
  /** The arrows that resize other shapes make its dot larger or smaller. */
  grow: (point, dx, dy) => ({ ...point, width: Math.max(1, point.width + dx + dy) }),
  clicked: true,
  pen,
  quarter: ({ x, y, width }, { height }) => ({ x: height - y, y: x, width }),
  snap: ({ x, y, width }, size) => ({
    x: Math.min(Math.floor(x), size.width - 1) + 0.5,
    y: Math.min(Math.floor(y), size.height - 1) + 0.5,
    width,
  }),
};
