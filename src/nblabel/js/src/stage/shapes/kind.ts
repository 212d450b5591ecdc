import type { Bounds, Point, Size } from "../../core/geometry";
import type { MarkStyle } from "../mark";

export interface Handle {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** A CSS cursor. */
  readonly cursor: string;
  /** Accessible name. */
  readonly label: string;
  /** A rotation handle is drawn round and stands off the shape by some screen pixels. */
  readonly round?: boolean;
}

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
}

/**
 * Everything the image stage has to know of one kind of shape; one file each.
 *
 * All numbers are natural pixels of the image. `pixel` is the size of one screen pixel in them.
 */
export interface ShapeKind<G = unknown> {
  bounds(geometry: G): Bounds;
  area(geometry: G): number;
  /** Adds the outline to the context's current path. */
  path(context: CanvasRenderingContext2D, geometry: G): void;
  hit(geometry: G, point: Point, tolerance: number): boolean;
  /** Where the tag with the label stands: the upper left end of the outline. */
  anchor(geometry: G): Point;
  handles(geometry: G, pixel: number, canRotate: boolean): readonly Handle[];
  /** What a handle dragged from one point to another makes of the shape, within the image. */
  drag(geometry: G, handle: string, from: Point, to: Point, keys: Modifiers, size: Size): G;
  /** Moved as far as the image allows. */
  move(geometry: G, dx: number, dy: number, size: Size): G;
  /** Grown (or shrunk) at its far side, for the keyboard. */
  grow(geometry: G, dx: number, dy: number, size: Size): G;
  /** A shape drawn from one point to another. */
  draw(from: Point, to: Point, keys: Modifiers, size: Size): G;
  /** What a quarter turn of the whole image, clockwise, makes of it; `size` is that before. */
  quarter(geometry: G, size: Size): G;
  /** On whole pixels. */
  snap(geometry: G): G;
  /** A shape of sensible size in the middle of what is seen, for the keyboard. */
  place(view: Bounds, size: Size): G;
}

/** How a control says that its shapes are drawn; what it leaves out is the stage's own. */
export interface ShapeStyle {
  readonly stroke?: string | undefined;
  readonly strokeWidth?: number | undefined;
  readonly fill?: string | undefined;
  /** From 0 to 1. */
  readonly fillOpacity?: number | undefined;
}

/** One shape on an image. `G` is its kind's geometry; a new object for every change. */
// biome-ignore lint/suspicious/noExplicitAny: each kind knows its own geometry, the stage none.
export interface Shape<G = any> extends MarkStyle {
  readonly kind: string;
  readonly geometry: G;
  /** Whether it has a rotation handle; true when not given. */
  readonly canRotate?: boolean | undefined;
  readonly style?: ShapeStyle | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: see Shape.
export type ShapeKinds = Readonly<Record<string, ShapeKind<any>>>;
