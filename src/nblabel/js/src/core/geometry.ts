import { clamp } from "./numbers";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Upright box: what a shape covers. */
export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/**
 * A rectangle as Label Studio has it, in natural pixels of the image: x, y is the top-left corner
 * before rotation, rotation turns it clockwise about that corner, in degrees within [0, 360).
 */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
}

export const normalAngle = (degrees: number): number => ((degrees % 360) + 360) % 360;

export const clampPoint = (point: Point, size: Size): Point => ({
  x: clamp(point.x, 0, size.width),
  y: clamp(point.y, 0, size.height),
});

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** A point turned clockwise (y points down) about a centre. */
export function turn(point: Point, centre: Point, degrees: number): Point {
  const quarter = normalAngle(degrees) / 90;
  // Exact for quarter turns, so that turning four times is no turn.
  const exact = Number.isInteger(quarter);
  const cos = exact ? ([1, 0, -1, 0][quarter] as number) : Math.cos((degrees * Math.PI) / 180);
  const sin = exact ? ([0, 1, 0, -1][quarter] as number) : Math.sin((degrees * Math.PI) / 180);
  const dx = point.x - centre.x;
  const dy = point.y - centre.y;
  return { x: centre.x + dx * cos - dy * sin, y: centre.y + dx * sin + dy * cos };
}

/** From the rectangle's own axes (0, 0 is its corner) to the image. */
export const fromLocal = (rect: Rectangle, local: Point): Point =>
  turn({ x: rect.x + local.x, y: rect.y + local.y }, rect, rect.rotation);

/** From the image to the rectangle's own axes. */
export function toLocal(rect: Rectangle, point: Point): Point {
  const back = turn(point, rect, -rect.rotation);
  return { x: back.x - rect.x, y: back.y - rect.y };
}

export const centre = (rect: Rectangle): Point =>
  fromLocal(rect, { x: rect.width / 2, y: rect.height / 2 });

/** Top left, top right, bottom right, bottom left, as named before rotation. */
export const corners = (rect: Rectangle): [Point, Point, Point, Point] => [
  fromLocal(rect, { x: 0, y: 0 }),
  fromLocal(rect, { x: rect.width, y: 0 }),
  fromLocal(rect, { x: rect.width, y: rect.height }),
  fromLocal(rect, { x: 0, y: rect.height }),
];

export function boundsOf(points: readonly Point[]): Bounds {
  let [minX, minY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [maxX, maxY] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of points) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return { minX, minY, maxX, maxY };
}

export const intersects = (a: Bounds, b: Bounds): boolean =>
  a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;

/** The same rectangle with another rotation, its centre where it was. */
export function rotateTo(rect: Rectangle, degrees: number): Rectangle {
  const rotation = normalAngle(degrees);
  const middle = centre(rect);
  const corner = turn(
    { x: middle.x - rect.width / 2, y: middle.y - rect.height / 2 },
    middle,
    rotation,
  );
  return { ...rect, ...corner, rotation };
}

/** How far a box has to be moved to lie within the image; a box that cannot keeps its low side in. */
export function shiftInto(bounds: Bounds, size: Size): Point {
  const shift = (low: number, high: number, limit: number) =>
    low < 0 || high - low > limit ? -low : Math.min(0, limit - high);
  return {
    x: shift(bounds.minX, bounds.maxX, size.width),
    y: shift(bounds.minY, bounds.maxY, size.height),
  };
}

/** How far of a step a box may go: no further out of the image than it lies. */
export function stepWithin({ minX, minY, maxX, maxY }: Bounds, { x, y }: Point, size: Size): Point {
  const along = (step: number, low: number, high: number) =>
    clamp(step, Math.min(0, low, high), Math.max(0, low, high));
  return { x: along(x, -minX, size.width - maxX), y: along(y, -minY, size.height - maxY) };
}

export function isInside(bounds: Bounds, size: Size, slack = 1e-6): boolean {
  return (
    bounds.minX >= -slack &&
    bounds.minY >= -slack &&
    bounds.maxX <= size.width + slack &&
    bounds.maxY <= size.height + slack
  );
}

/** The rectangle between two of its own points, given on its own axes; sides may be crossed. */
export function fromLocalSpan(rect: Rectangle, a: Point, b: Point): Rectangle {
  const low = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) };
  return {
    ...fromLocal(rect, low),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
    rotation: rect.rotation,
  };
}

/** The least bounds that hold both. */
export const united = (a: Bounds, b: Bounds): Bounds => ({
  minX: Math.min(a.minX, b.minX),
  minY: Math.min(a.minY, b.minY),
  maxX: Math.max(a.maxX, b.maxX),
  maxY: Math.max(a.maxY, b.maxY),
});
