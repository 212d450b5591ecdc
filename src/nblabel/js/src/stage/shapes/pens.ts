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

/** What points make of a shape, the last of them under the pointer while it is not closed. */
type Join<G> = (points: readonly Point[], closed: boolean) => G;

/**
 * Draws point by point, a click for each, on from those that are there already. A click on the first point closes the shape, and so does
 * one on the last, as the second of a double click is; it takes at least `least` points.
 */
export function clicked<G>(
  join: Join<G>,
  least: number,
  pointsOf: (geometry: G) => readonly Point[],
) {
  return (_: Point, { size, pixel }: Ground, base?: G): Pen<G> => {
    const points: Point[] = base === undefined ? [] : [...pointsOf(base)];
    const had = points.length;
    const finish = () => (points.length < least ? null : join(points, true));
    return {
      move: (to) => join([...points, clampPoint(to, size)], false),
      up(to) {
        const at = clampPoint(to, size);
        const [first] = points;
        const last = points.at(-1);
        const again =
          points.length > had && last !== undefined && distance(at, last) < CLICK * pixel;
        const around = first !== undefined && distance(at, first) < CLOSE * pixel;
        const whole = (again || around) && points.length >= least ? finish() : null;
        if (whole) return { draft: whole, whole: true };
        if (!again) points.push(at);
        return { draft: join(points, false), whole: false };
      },
      finish,
      left: () => (points.length > Math.max(1, had) ? join(points, false) : null),
      back() {
        if (points.length > had) points.pop();
        return points.length > had ? join(points, false) : null;
      },
    };
  };
}

/** Draws with one click, where the pointer is let go. */
export function placed<G>(make: (at: Point, ground: Ground) => G) {
  return (from: Point, ground: Ground): Pen<G> => {
    let now = make(clampPoint(from, ground.size), ground);
    const move = (to: Point) => {
      now = make(clampPoint(to, ground.size), ground);
      return now;
    };
    return {
      move,
      up: (at) => ({ draft: move(at), whole: true }),
      finish: () => now,
      back: () => null,
    };
  };
}
