import Flatbush from "flatbush";
import { type Bounds, intersects } from "../../core/geometry";
import type { Shape } from "../shapes/figure";

/** Changed shapes that are looked through one by one before the index is built anew. */
const RECENT = 200;

interface Difference {
  readonly went: readonly Shape[];
  readonly came: readonly Shape[];
}

/** Finds shapes by where they lie; an edit of one among thousands does not build all anew. */
export class ShapeIndex {
  /** The shapes with their indices in drawing order. */
  #order = new Map<Shape, number>();
  #shapes: readonly Shape[] = [];
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
    const { went, came } = this.#replaced(shapes) ?? this.#exchanged(shapes);
    this.#shapes = shapes;
    this.#recent = [...this.#recent.filter((shape) => this.#order.has(shape)), ...came];
    if (this.#recent.length > RECENT) this.#build();
    return [...went, ...came];
  }

  /** Puts shapes where others lie in the order, where as many are there as before. */
  #replaced(shapes: readonly Shape[]): Difference | null {
    if (shapes.length !== this.#shapes.length) return null;
    const olds = this.#shapes.filter((shape, index) => shape !== shapes[index]);
    if (olds.length > RECENT) return null;
    const indices = olds.map((shape) => this.#order.get(shape) as number);
    for (const shape of olds) this.#order.delete(shape);
    const news = indices.map((index) => shapes[index] as Shape);
    const went = olds.filter((shape) => !news.includes(shape));
    const came = news.filter((shape) => !olds.includes(shape));
    for (const [i, shape] of news.entries()) this.#order.set(shape, indices[i] as number);
    return { went, came };
  }

  #exchanged(shapes: readonly Shape[]): Difference {
    const before = this.#order;
    this.#order = new Map(shapes.map((shape, index) => [shape, index]));
    return {
      went: this.#shapes.filter((shape) => !this.#order.has(shape)),
      came: shapes.filter((shape) => !before.has(shape)),
    };
  }

  /** The shapes that touch a box, in drawing order. */
  search(box: Bounds): Shape[] {
    const found = this.#recent.filter((shape) => intersects(this.#boundsOf(shape), box));
    for (const index of this.#tree?.search(box.minX, box.minY, box.maxX, box.maxY) ?? []) {
      const shape = this.#built[index];
      if (shape && this.#order.has(shape)) found.push(shape);
    }
    return found.sort((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0));
  }

  #build(): void {
    const shapes = this.#shapes;
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
