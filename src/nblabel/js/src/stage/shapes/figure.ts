import type { Bounds, Point, Size } from "../../core/geometry";
import type { MarkStyle } from "../mark";

/** Below this many screen pixels a drag is a click, and a drawn shape nothing. */
export const CLICK = 3;

export interface Handle {
  /** That of a line's point begins with a p. */
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** A CSS cursor. */
  readonly cursor: string;
  /** Accessible name. */
  readonly label: string;
  /** "turn" is drawn round and stands off the shape; "add" is faint, and makes a point; "bend" is round. */
  readonly role?: "turn" | "add" | "bend";
  /** What it stands off, joined to it by a line. */
  readonly arm?: Point;
}

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
}

/** What a pen draws on: an image, as it is seen. */
export interface Ground {
  /** Natural size of the image. */
  readonly size: Size;
  /** The size of one screen pixel, in the image's. */
  readonly pixel: number;
  /** The line's width that the control asks for, in screen pixels. */
  readonly strokeWidth: number;
  /** How far the image is turned that is drawn on, clockwise. */
  readonly turn: number;
  /** What its control asks of a figure. */
  readonly options?: object | undefined;
  /** The tool in hand, where a figure has several. */
  readonly tool: string;
  /** The upright image, perhaps smaller than it is. */
  readonly media?: HTMLImageElement;
}

/** How much a shape is to be seen: resting, under the pointer, selected. */
export type Look = "still" | "hovered" | "selected";

/** One shape on its way: what the pointer or the keyboard makes of it, until it is whole. */
export interface Pen<G = unknown> {
  /** The pointer is at a point; `down` while its button is held. */
  move(to: Point, keys: Modifiers, down: boolean): G;
  /** The button was let go at a point. A shape that is whole and null is nothing. */
  up(at: Point, keys: Modifiers): { readonly draft: G | null; readonly whole: boolean };
  /** The shape as it stands, made whole; null where it is not enough for one. */
  finish(): G | null;
  /** What is left without the last point; null where nothing new is. */
  back(): G | null;
  /** With the point that was taken back last; null where there is none. */
  again?(): G | null;
  /** What is kept of it where somebody goes away before it is whole; null where nothing is. */
  left?(): G | null;
}

/**
 * Everything the image stage has to know of one geometry; one file each.
 *
 * All numbers are natural pixels of the image. `pixel` is the size of one screen pixel in them.
 */
export interface Figure<G = unknown> {
  bounds(geometry: G): Bounds;
  area(geometry: G): number;
  /** Adds the outline to the context's current path. */
  path(context: CanvasRenderingContext2D, geometry: G, pixel: number): void;
  /** Paints what has no outline; units are the image's pixels. */
  paint?(context: CanvasRenderingContext2D, geometry: G, shape: Shape, look: Look): void;
  /** Whether two are the same, where comparing their JSON would be slow. */
  same?(one: G, other: G): boolean;
  /** Whether it is a line that encloses nothing yet; while it is selected, drawing goes on with it. */
  isOpen?(geometry: G): boolean;
  hit(geometry: G, point: Point, tolerance: number): boolean;
  /** Where the tag with the label stands: the upper left end of the outline. */
  anchor(geometry: G): Point;
  handles(geometry: G, pixel: number, canRotate: boolean): readonly Handle[];
  /** What a handle dragged from one point to another makes of the shape, within the image. */
  drag(
    geometry: G,
    handle: string,
    from: Point,
    to: Point,
    keys: Modifiers,
    size: Size,
    options?: object,
  ): G;
  /** The shape bent at a handle's point, or straight there again; null where it may not be. */
  bend?(geometry: G, handle: string, ground: Ground): G | null;
  /** The shape without a handle's point; null where it needs that one. */
  remove?(geometry: G, handle: string): G | null;
  /** Moved as far as the image allows. */
  move(geometry: G, dx: number, dy: number, size: Size): G;
  /** Grown (or shrunk) at its far side, for the keyboard. */
  grow(geometry: G, dx: number, dy: number, size: Size): G;
  /** Begins to draw; on a shape that is there already where the figure is drawn freehand. */
  pen(from: Point, ground: Ground, base?: G): Pen<G>;
  /** Whether a press draws, whatever lies there, and goes on with the one shape selected. */
  readonly freehand?: true;
  /** Paints the pen's tip at a point of the screen. */
  tip?(context: CanvasRenderingContext2D, at: Point, ground: Ground): void;
  /** Whether a click draws, also where another shape lies. */
  readonly clicked?: true;
  /** Paints its points: as it rests, or those made so far while it is drawn. */
  dots?(
    context: CanvasRenderingContext2D,
    geometry: G,
    shape: Shape,
    pixel: number,
    rests: boolean,
  ): void;
  /** What a quarter turn of the whole image, clockwise, makes of it; `size` is that before. */
  quarter(geometry: G, size: Size): G;
  /** On the pixels of an upright image of this size: along their edges, a mere point in the middle of one. */
  snap(geometry: G, size: Size): G;
}

/** How a control says that its shapes are drawn; what it leaves out is the stage's own. */
export interface ShapeStyle {
  readonly stroke?: string | undefined;
  readonly strokeWidth?: number | undefined;
  readonly fill?: string | undefined;
  /** From 0 to 1. */
  readonly fillOpacity?: number | undefined;
  /** Of the handles, in screen pixels. */
  readonly pointSize?: number | undefined;
  readonly pointStyle?: "rectangle" | "circle" | undefined;
  /** The radius of the points of a line that is not selected, in screen pixels. */
  readonly restingPoint?: number | undefined;
}

/** One shape on an image. `G` is its figure's geometry; a new object for every change. */
// biome-ignore lint/suspicious/noExplicitAny: each figure knows its own geometry, the stage none.
export interface Shape<G = any> extends MarkStyle {
  readonly figure: string;
  readonly geometry: G;
  /** Whether it has a rotation handle; true when not given. */
  readonly canRotate?: boolean | undefined;
  readonly style?: ShapeStyle | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: see Shape.
export type Figures = Readonly<Record<string, Figure<any>>>;
