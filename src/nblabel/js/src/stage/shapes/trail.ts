import { clampPoint, distance, type Point } from "../../core/geometry";
import { CLICK, type Ground, type Pen } from "./figure";

/** How near to its first point a click closes a shape, in screen pixels. */
export const CLOSE = 8;

/** Points set one by one; those taken back can be set again until another one is. */
export class Trail<P> {
  readonly points: P[];
  readonly #had: number;
  readonly #gone: P[] = [];

  constructor(had: readonly P[] = []) {
    this.points = [...had];
    this.#had = had.length;
  }

  /** Whether some were set. */
  get fresh(): boolean {
    return this.points.length > this.#had;
  }

  /** Whether what there is is worth keeping: something new, and more than a point. */
  get kept(): boolean {
    return this.points.length > Math.max(1, this.#had);
  }

  add(point: P): void {
    this.points.push(point);
    this.#gone.length = 0;
  }

  back(): P | undefined {
    const point = this.fresh ? this.points.pop() : undefined;
    if (point) this.#gone.push(point);
    return point;
  }

  again(): P | undefined {
    const point = this.#gone.pop();
    if (point) this.points.push(point);
    return point;
  }
}

/** What points make of a shape, the last of them under the pointer while it is not closed. */
type Join<G> = (points: readonly Point[], closed: boolean) => G;

/**
 * Draws point by point, a click for each, on from those that are there already. A click on the
 * first point closes the shape, and so does one on the last, as the second of a double click is; it
 * takes at least `least` points.
 */
export function clicked<G>(
  join: Join<G>,
  least: number,
  pointsOf: (geometry: G) => readonly Point[],
) {
  return (_: Point, { size, pixel }: Ground, base?: G): Pen<G> => {
    const trail = new Trail(base === undefined ? [] : pointsOf(base));
    const { points } = trail;
    const finish = () => (points.length < least ? null : join(points, true));
    return {
      move: (to) => join([...points, clampPoint(to, size)], false),
      up(to) {
        const at = clampPoint(to, size);
        const [first] = points;
        const last = points.at(-1);
        const again = trail.fresh && last !== undefined && distance(at, last) < CLICK * pixel;
        const around = first !== undefined && distance(at, first) < CLOSE * pixel;
        const whole = (again || around) && points.length >= least ? finish() : null;
        if (whole) return { draft: whole, whole: true };
        if (!again) trail.add(at);
        return { draft: join(points, false), whole: false };
      },
      finish,
      left: () => (trail.kept ? join(points, false) : null),
      back() {
        trail.back();
        return trail.fresh ? join(points, false) : null;
      },
      again: () => (trail.again() ? join(points, false) : null),
    };
  };
}
