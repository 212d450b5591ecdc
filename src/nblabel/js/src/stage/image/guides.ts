import type { Point, Size } from "../../core/geometry";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LAST = LETTERS.length - 1;
/** The room that two letters take, in screen pixels; where they would lie close some go without. */
const ROOM = { x: 21, y: 14 };

/**
 * The two letters of each place, over what is seen from `low` to `high` on the screen: that of its
 * column and that of its row. The keyboard gets there with them at once.
 */
export function paintLetters(
  context: CanvasRenderingContext2D,
  low: Point,
  high: Point,
  font: string,
): void {
  const step = { x: (high.x - low.x) / LAST, y: (high.y - low.y) / LAST };
  const everyColumn = Math.ceil((1.5 * ROOM.x) / step.x);
  const everyRow = Math.ceil((1.5 * ROOM.y) / step.y);
  const inside = (at: number, from: number, to: number, room: number) =>
    Math.max(from + room / 2, Math.min(at, to - room / 2));
  context.save();
  context.font = `10px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.strokeStyle = "#0009";
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.fillStyle = "#fff";
  for (let row = 0; row <= LAST; row += everyRow)
    for (let column = 0; column <= LAST; column += everyColumn) {
      const text = `${LETTERS[column]}${LETTERS[row]}`;
      const x = inside(low.x + column * step.x, low.x, high.x, ROOM.x);
      const y = inside(low.y + row * step.y, low.y, high.y, ROOM.y);
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  context.restore();
}

/** Two lines across the surface through a point, seen on light and on dark. */
export function paintCrosshair(context: CanvasRenderingContext2D, at: Point, size: Size): void {
  const x = Math.round(at.x) + 0.5;
  const y = Math.round(at.y) + 0.5;
  for (const [color, dash] of [
    ["#000a", []],
    ["#fff", [4, 4]],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, size.height);
    context.moveTo(0, y);
    context.lineTo(size.width, y);
    context.stroke();
  }
  context.setLineDash([]);
}

/** Lines from `low` to `high` on the screen, under the shapes that are painted already. */
export function paintGrid(
  context: CanvasRenderingContext2D,
  low: Point,
  high: Point,
  step: number,
  color: string,
): void {
  if (step < 3) return;
  context.globalCompositeOperation = "destination-over";
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let { x } = low; x <= high.x; x += step) {
    context.moveTo(x, low.y);
    context.lineTo(x, high.y);
  }
  for (let { y } = low; y <= high.y; y += step) {
    context.moveTo(low.x, y);
    context.lineTo(high.x, y);
  }
  context.stroke();
  context.globalCompositeOperation = "source-over";
}

/** The rubber band between two points, in the accent of the canvas that it is painted on. */
export function paintBand(
  context: CanvasRenderingContext2D,
  low: Point,
  high: Point,
  canvas: HTMLCanvasElement,
): void {
  const accent = getComputedStyle(canvas).getPropertyValue("--nb-accent") || "#1a66d6";
  const [width, height] = [high.x - low.x, high.y - low.y];
  context.strokeStyle = context.fillStyle = accent;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.strokeRect(low.x, low.y, width, height);
  context.setLineDash([]);
  context.globalAlpha = 0.1;
  context.fillRect(low.x, low.y, width, height);
  context.globalAlpha = 1;
}
