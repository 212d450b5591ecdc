import type { Bounds, Point, Size } from "../../core/geometry";
import type { Runs } from "../../core/runs";
import type { Painting } from "./painting";

/** A mask on an image: its own pixels, which lie over all of the image whatever size they have. */
export interface Mask {
  /** As it is kept, or on its way. */
  readonly pixels: Runs | Painting;
  /** Natural size of the upright image. */
  readonly size: Size;
  /** How far the image is turned that it is seen on, clockwise: 0, 90, 180 or 270. */
  readonly turn: number;
}

/** Where a point of the turned image lies on the upright one. */
export function upright({ x, y }: Point, { width, height }: Size, turn: number): Point {
  if (turn === 90) return { x: y, y: height - x };
  if (turn === 180) return { x: width - x, y: height - y };
  return turn === 270 ? { x: width - y, y: x } : { x, y };
}

/** Where a point of the upright image lies on the turned one. */
export function turned({ x, y }: Point, { width, height }: Size, turn: number): Point {
  if (turn === 90) return { x: height - y, y: x };
  if (turn === 180) return { x: width - x, y: height - y };
  return turn === 270 ? { x: y, y: width - x } : { x, y };
}

/** How many of the mask's pixels one of the image's is. */
export const scaleOf = ({ pixels, size }: Mask): Point => ({
  x: pixels.width / size.width,
  y: pixels.height / size.height,
});

/** What is around a mask on the image as it is turned. */
export function boundsOf(mask: Mask): Bounds {
  const { minX, minY, maxX, maxY } = mask.pixels.bounds;
  const scale = scaleOf(mask);
  const at = (x: number, y: number) =>
    turned({ x: x / scale.x, y: y / scale.y }, mask.size, mask.turn);
  const a = at(minX, minY);
  const b = at(maxX, maxY);
  return {
    minX: Math.min(a.x, b.x),
    minY: Math.min(a.y, b.y),
    maxX: Math.max(a.x, b.x),
    maxY: Math.max(a.y, b.y),
  };
}
