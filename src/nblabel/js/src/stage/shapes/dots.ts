import type { Point } from "../../core/geometry";
import type { Shape } from "./figure";

/** Radii of the points of a shape on its way. */
const POINT = 3;
const FIRST_POINT = 5;

/** The points of a shape on its way: the first is where it closes. */
export function paintMade(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  { color }: Shape,
  pixel: number,
): void {
  context.lineWidth = 1.5 * pixel;
  for (const [i, { x, y }] of points.entries()) {
    context.beginPath();
    context.arc(x, y, (i === 0 ? FIRST_POINT : POINT) * pixel, 0, 2 * Math.PI);
    context.fillStyle = i === 0 ? color : "#fff";
    context.strokeStyle = i === 0 ? "#fff" : color;
    context.fill();
    context.stroke();
  }
}

/** The points of a line that rests, as its control asks for them. */
export function paintResting(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  { color, style }: Shape,
  pixel: number,
): void {
  const { restingPoint = 0, pointStyle, stroke = color } = style ?? {};
  if (restingPoint <= 0) return;
  const radius = restingPoint * pixel;
  context.beginPath();
  for (const { x, y } of points) {
    if (pointStyle === "rectangle") context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    else {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
  context.lineWidth = pixel;
  context.fillStyle = "#fff";
  context.strokeStyle = stroke;
  context.fill();
  context.stroke();
}
