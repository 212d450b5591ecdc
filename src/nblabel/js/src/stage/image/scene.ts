import {
  type Bounds,
  intersects,
  type Point,
  type Size,
  stepWithin,
  united,
} from "../../core/geometry";
import type { Figure, Figures, Shape } from "../shapes/figure";
import { ShapeIndex } from "./shape-index";

export interface Draft {
  readonly figure: string;
  readonly geometry: unknown;
}

/** What is on the image at this moment: the shapes given, and what a running gesture makes of them. */
export class Scene {
  readonly figures: Figures;
  /** A shape being drawn. */
  draft: Draft | null = null;
  /** Where the keyboard draws, while it does. */
  cursor: Point | null = null;
  /** The rubber band, in image pixels. */
  band: Bounds | null = null;
  hovered: string | null = null;
  /** Geometries of a running gesture, by shape. */
  readonly previews = new Map<string, unknown>();
  #shapes: readonly Shape[] = [];
  #visible: readonly Shape[] = [];
  #byId: ReadonlyMap<string, Shape> = new Map();
  #selected: readonly Shape[] = [];
  readonly #changed: Shape[] = [];
  readonly #index: ShapeIndex;

  constructor(figures: Figures) {
    this.figures = figures;
    this.#index = new ShapeIndex((shape) => this.figure(shape).bounds(shape.geometry));
  }

  set shapes(shapes: readonly Shape[]) {
    if (shapes === this.#shapes) return;
    this.#shapes = shapes;
    this.#visible = shapes.filter((shape) => !shape.hidden && this.figures[shape.figure]);
    this.#byId = new Map(this.#visible.map((shape) => [shape.id, shape]));
    this.#selected = this.#visible.filter((shape) => shape.selected);
    for (const shape of this.#index.update(this.#visible)) this.#changed.push(shape);
  }

  /** The shapes, as they were and as they are, that changed since this was asked last. */
  takeChanged(): readonly Shape[] {
    return this.#changed.splice(0);
  }

  get selected(): Shape[] {
    return this.#selected.map((shape) => this.present(shape));
  }

  /** The selected shapes that a gesture may change. */
  get movable(): Shape[] {
    return this.selected.filter((shape) => !shape.locked);
  }

  find(id: string | null): Shape | undefined {
    if (id === null) return undefined;
    const shape = this.#byId.get(id);
    return shape && this.present(shape);
  }

  figure(shape: Pick<Shape, "figure">): Figure {
    return this.figures[shape.figure] as Figure;
  }

  /** A shape as a running gesture shows it. */
  present(shape: Shape): Shape {
    const geometry = this.previews.get(shape.id);
    return geometry === undefined ? shape : { ...shape, geometry };
  }

  within(box: Bounds): Shape[] {
    return this.#index.search(box);
  }

  touching(box: Bounds): Shape[] {
    return this.within(box).filter((shape) =>
      intersects(this.figure(shape).bounds(shape.geometry), box),
    );
  }

  /** The shapes under a point, the smallest first. */
  at(point: Point, tolerance: number): Shape[] {
    const box = {
      minX: point.x - tolerance,
      minY: point.y - tolerance,
      maxX: point.x + tolerance,
      maxY: point.y + tolerance,
    };
    const area = (shape: Shape) => this.figure(shape).area(shape.geometry);
    return this.within(box)
      .filter((shape) => this.figure(shape).hit(shape.geometry, point, tolerance))
      .sort((a, b) => area(a) - area(b));
  }

  /** Previews shapes moved together, as far as the image allows all of them. */
  move(shapes: readonly Shape[], dx: number, dy: number, size: Size): void {
    const boxes = shapes.map((shape) => this.figure(shape).bounds(shape.geometry));
    if (boxes.length === 0) return;
    const { x, y } = stepWithin(boxes.reduce(united), { x: dx, y: dy }, size);
    for (const shape of shapes) {
      const { geometry } = shape;
      const moved = this.figure(shape).move(geometry, x, y, size);
      this.previews.set(shape.id, moved);
    }
  }

  /** Takes the previews away and says which of them changed something. */
  takePreviews(): { id: string; geometry: unknown }[] {
    const previews = [...this.previews].map(([id, geometry]) => ({ id, geometry }));
    this.previews.clear();
    return previews.filter(({ id, geometry }) => {
      const shape = this.find(id);
      return !shape || this.changes(shape, geometry);
    });
  }

  /** Whether a geometry is another than a shape has. */
  changes(shape: Shape, geometry: unknown): boolean {
    const { same } = this.figure(shape);
    return same
      ? !same(shape.geometry, geometry)
      : JSON.stringify(shape.geometry) !== JSON.stringify(geometry);
  }
}
