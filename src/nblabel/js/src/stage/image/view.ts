import type { Bounds, Point, Size } from "../../core/geometry";
import { clamp } from "../../core/numbers";

export interface Alignment {
  readonly horizontal: "left" | "center" | "right";
  readonly vertical: "top" | "center" | "bottom";
}

/** Screen pixels per image pixel, and where the image's corner lies on the surface. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const MAX_SCALE = 64;
const MIN_SCALE = 0.02;

export const fitScale = (image: Size, surface: Size): number =>
  Math.min(surface.width / image.width, surface.height / image.height) || 1;

export const toImage = (view: View, point: Point): Point => ({
  x: (point.x - view.x) / view.scale,
  y: (point.y - view.y) / view.scale,
});

export const toScreen = (view: View, point: Point): Point => ({
  x: point.x * view.scale + view.x,
  y: point.y * view.scale + view.y,
});

/** Where a box of the image begins and ends on the surface. */
export const ends = (view: View, { minX, minY, maxX, maxY }: Bounds): [Point, Point] => [
  toScreen(view, { x: minX, y: minY }),
  toScreen(view, { x: maxX, y: maxY }),
];

/** The image aligned on the surface at a scale. */
export function aligned(image: Size, surface: Size, scale: number, alignment: Alignment): View {
  const share = { left: 0, center: 0.5, right: 1, top: 0, bottom: 1 };
  const room = (space: number, length: number, at: number) =>
    length > space ? (space - length) / 2 : (space - length) * at;
  return {
    scale,
    x: room(surface.width, image.width * scale, share[alignment.horizontal]),
    y: room(surface.height, image.height * scale, share[alignment.vertical]),
  };
}

/** Moved so that a small image stays whole in sight and a large one covers the surface. */
export function kept(view: View, image: Size, surface: Size): View {
  const keep = (at: number, length: number, space: number) =>
    clamp(at, Math.min(0, space - length), Math.max(0, space - length));
  return {
    scale: view.scale,
    x: keep(view.x, image.width * view.scale, surface.width),
    y: keep(view.y, image.height * view.scale, surface.height),
  };
}

/** Zoomed by a factor; the image's point under `at` stays there as far as `kept` allows. */
export function zoomed(
  view: View,
  factor: number,
  at: Point,
  image: Size,
  surface: Size,
  negative: boolean,
): View {
  const least = negative ? MIN_SCALE : Math.min(1, fitScale(image, surface));
  const scale = clamp(view.scale * factor, Math.min(least, view.scale), MAX_SCALE);
  const under = toImage(view, at);
  const there = { scale, x: at.x - under.x * scale, y: at.y - under.y * scale };
  return kept(there, image, surface);
}

/** The part of the image that is seen. */
export function seen(view: View, image: Size, surface: Size): Bounds {
  const low = toImage(view, { x: 0, y: 0 });
  const high = toImage(view, { x: surface.width, y: surface.height });
  return {
    minX: clamp(low.x, 0, image.width),
    minY: clamp(low.y, 0, image.height),
    maxX: clamp(high.x, 0, image.width),
    maxY: clamp(high.y, 0, image.height),
  };
}
