import { type Bounds, intersects } from "../../core/geometry";
import type { Shape } from "../shapes/figure";

/**
 * Finds shapes by where they lie. All their boxes are looked through: of 10,000 that takes less
 * than a tree of them takes to keep, and an edit is one box.
 */
export class ShapeIndex {
  /** The shapes with their boxes, in drawing order. */
  #boxes: ReadonlyMap<Shape, Bounds> = new Map();
  readonly #boundsOf: (shape: Shape) => Bounds;

  constructor(boundsOf: (shape: Shape) => Bounds) {
    this.#boundsOf = boundsOf;
  }

  /** Takes over other shapes; gives those that went and those that came. */
  update(shapes: readonly Shape[]): readonly Shape[] {
    const before = this.#boxes;
    const after = new Map(
      shapes.map((shape) => [shape, before.get(shape) ?? this.#boundsOf(shape)]),
    );
    this.#boxes = after;
    const went = [...before.keys()].filter((shape) => !after.has(shape));
    return [...went, ...shapes.filter((shape) => !before.has(shape))];
  }

  /** The shapes that touch a box, in drawing order. */
  search(box: Bounds): Shape[] {
    const found: Shape[] = [];
    for (const [shape, its] of this.#boxes) if (intersects(its, box)) found.push(shape);
    return found;
  }
}
