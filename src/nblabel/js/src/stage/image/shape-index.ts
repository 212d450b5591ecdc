import Flatbush from "flatbush";
import { type Bounds, intersects } from "../../core/geometry";
import type { Shape } from "../shapes/kind";

/** Changed shapes that are looked through one by one before the index is built anew. */
const RECENT = 200;

/** Finds shapes by place; an edit of one shape among thousands does not build everything anew. */
export class ShapeIndex {
  /** The shapes with their places in drawing order. */
  #order: ReadonlyMap<Shape, number> = new Map();
  /** What the tree was built of; its entries may have been changed or removed since. */
  #built: readonly Shape[] = [];
  #tree: Flatbush | null = null;
  #recent: readonly Shape[] = [];
  readonly #boundsOf: (shape: Shape) => Bounds;

  constructor(boundsOf: (shape: Shape) => Bounds) {
    this.#boundsOf = boundsOf;
  }

  /** Takes over other shapes; gives those that went and those that came. */
  update(shapes: readonly Shape[]): readonly Shape[] {
    const before = this.#order;
    const now = new Map<Shape, number>();
    const came: Shape[] = [];
    for (const shape of shapes) {
      now.set(shape, now.size);
      if (!before.has(shape)) came.push(shape);
    }
    const went = before.size + came.length > now.size ? notIn(now, before.keys()) : [];
    this.#order = now;
    this.#recent = [...this.#recent.filter((shape) => now.has(shape)), ...came];
    if (this.#recent.length > RECENT) this.#build();
    return [...went, ...came];
  }

  /** The shapes that touch a box, in drawing order. */
  search(box: Bounds): Shape[] {
    const found = this.#recent.filter((shape) => intersects(this.#boundsOf(shape), box));
    for (const place of this.#tree?.search(box.minX, box.minY, box.maxX, box.maxY) ?? []) {
      const shape = this.#built[place];
      if (shape && this.#order.has(shape)) found.push(shape);
    }
    return found.sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }

  #build(): void {
    const shapes = [...this.#order.keys()];
    const tree = new Flatbush(shapes.length);
    for (const shape of shapes) {
      const { minX, minY, maxX, maxY } = this.#boundsOf(shape);
      tree.add(minX, minY, maxX, maxY);
    }
    tree.finish();
    this.#tree = tree;
    this.#built = shapes;
    this.#recent = [];
  }
}

function notIn(known: ReadonlyMap<Shape, unknown>, shapes: Iterable<Shape>): Shape[] {
  const missing: Shape[] = [];
  for (const shape of shapes) if (!known.has(shape)) missing.push(shape);
  return missing;
}
