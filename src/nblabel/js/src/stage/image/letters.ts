import type { Point } from "../../core/geometry";
import { clamp } from "../../core/numbers";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LAST = LETTERS.length - 1;
/** The room that two letters take, in screen pixels; where they would lie close some go without. */
const ROOM = { x: 21, y: 14 };

/** How far across what is seen a key's letter stands, from 0 to 1; null where it is no letter. */
export function acrossOf({ key, code }: KeyboardEvent): number | null {
  const letter = /^[a-z]$/i.test(key) ? key : /^Key[A-Z]$/.test(code) ? code.slice(3) : "";
  return letter ? LETTERS.indexOf(letter.toLowerCase()) / LAST : null;
}

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
    clamp(at, from + room / 2, Math.max(from, to - room / 2));
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
