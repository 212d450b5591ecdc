import Flatbush from "flatbush";
import { type Bounds, intersects } from "../../core/geometry";
import type { Shape } from "../shapes/kind";

/** Changed shapes that are looked through one by one before the index is built anew. */
const RECENT = 200;

/** Finds shapes by place; an edit of one shape among thousands does not build everything anew. */
export class ShapeIndex {
  #shapes: readonly Shape[] = [];
  /** What the tree was built of; its entries may have been changed or removed since. */
  #built: readonly Shape[] = [];
  #tree: Flatbush | null = null;
  #order = new Map<Shape, number>();
  #recent: readonly Shape[] = [];
  readonly #boundsOf: (shape: Shape) => Bounds;

  constructor(boundsOf: (shape: Shape) => Bounds) {
    this.#boundsOf = boundsOf;
  }

  update(shapes: readonly Shape[]): void {
    if (shapes === this.#shapes) return;
    this.#shapes = shapes;
    this.#order = new Map(shapes.map((shape, place) => [shape, place]));
    const built = new Set(this.#built);
    this.#recent = shapes.filter((shape) => !built.has(shape));
    if (this.#recent.length > RECENT) this.#build();
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
    const tree = new Flatbush(this.#shapes.length);
    for (const shape of this.#shapes) {
      const { minX, minY, maxX, maxY } = this.#boundsOf(shape);
      tree.add(minX, minY, maxX, maxY);
    }
    tree.finish();
    this.#tree = tree;
    this.#built = this.#shapes;
    this.#recent = [];
  }
}
