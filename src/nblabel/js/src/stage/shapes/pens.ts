import { type Bounds, clampPoint, distance, type Point, type Size } from "../../core/geometry";
import type { Ground, Modifiers, Pen } from "./figure";

/** Below this many screen pixels a drag is a click, and a drawn shape nothing. */
export const CLICK = 3;
/** How near to its first point a click closes a shape, in screen pixels. */
export const CLOSE = 8;

type Draw<G> = (from: Point, to: Point, keys: Modifiers, size: Size) => G;

/** Draws from one point to another: by press, drag and release, or by a click at each end. */
export function dragged<G>(draw: Draw<G>, bounds: (geometry: G) => Bounds) {
  return (at: Point, { size, pixel }: Ground): Pen<G> => {
    const from = clampPoint(at, size);
    let now = draw(from, from, { shift: false, alt: false }, size);
    let clicked = false;
    const move = (to: Point, keys: Modifiers) => {
      now = draw(from, to, keys, size);
      return now;
    };
    const finish = () => {
      const { minX, minY, maxX, maxY } = bounds(now);
      return Math.min(maxX - minX, maxY - minY) < CLICK * pixel ? null : now;
    };
    return {
      move,
      up(to, keys) {
        move(to, keys);
        if (!clicked && distance(at, to) < CLICK * pixel) {
          clicked = true;
          return { draft: now, whole: false };
        }
        return { draft: finish(), whole: true };
      },
      finish,
      back: () => null,
    };
  };
}
