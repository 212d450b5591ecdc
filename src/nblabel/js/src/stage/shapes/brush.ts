import type { Point, Size } from "../../core/geometry";
import { noRuns, type Runs, valueAt } from "../../core/runs";
import type { Figure, Ground, Modifiers, Pen } from "./figure";
import { boundsOf, type Mask, scaleOf, upright } from "./mask";
import { paintMask } from "./mask-picture";
import { Painting } from "./painting";
import { type WandGround, wand } from "./wand";

/** Paints on what is there, or on an empty mask; `hard` edges are not smoothed. */
const brush =
  (hard: boolean) =>
  (from: Point, ground: Ground, base?: Mask): Pen<Mask> => {
    const size = base?.size ?? uprightSize(ground);
    const turn = ground.turn;
    const runs = (base?.pixels as Runs | undefined) ?? noRuns(size);
    if (ground.tool === "magicwand")
      return wand(from, ground as WandGround, { pixels: runs, size, turn });
    const painting = new Painting(runs, ground.tool === "eraser" ? "take" : "add");
    const mask = { pixels: painting, size, turn };
    const scale = scaleOf(mask);
    const radius = radiusOf(ground, hard);
    let last = upright(from, size, turn);
    const to = (point: Point) => {
      const next = upright(point, size, turn);
      painting.stroke(last, next, radius, scale, hard);
      last = next;
      return mask;
    };
    const finish = () => ({ ...mask, pixels: painting.done() });
    return {
      move: (point: Point, _keys: Modifiers, down: boolean) => (down ? to(point) : mask),
      up(point) {
        to(point);
        const made = finish();
        return { draft: made.pixels.area > 0 || base ? made : null, whole: true };
      },
      finish,
      back: () => null,
    };
  };

function uprightSize({ size: { width, height }, turn }: Ground): Size {
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** How far the pen reaches, in pixels of the image. */
const radiusOf = ({ strokeWidth, pixel }: Ground, hard: boolean): number =>
  hard ? strokeWidth : (strokeWidth * pixel) / 2;

/** A ring that is seen on a bright image and on a dark one; the wand has none. */
const tip =
  (hard: boolean) =>
  (context: CanvasRenderingContext2D, { x, y }: Point, ground: Ground): void => {
    if (ground.tool === "magicwand") return;
    const radius = Math.max(1, radiusOf(ground, hard) / ground.pixel);
    for (const [width, color] of [
      [3, "#000a"],
      [1.25, "#fff"],
    ] as const) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = color;
      context.stroke();
    }
  };

const figure = (hard: boolean): Figure<Mask> => ({
  bounds: boundsOf,
  area: ({ pixels }) => pixels.area,
  path: () => undefined,
  paint: paintMask,
  same: (a, b) => a.pixels === b.pixels,
  hit(mask, point) {
    if (mask.pixels instanceof Painting) return false;
    const { x, y } = upright(point, mask.size, mask.turn);
    const scale = scaleOf(mask);
    return valueAt(mask.pixels, Math.floor(x * scale.x), Math.floor(y * scale.y)) > 0;
  },
  anchor(mask) {
    const { minX, minY } = boundsOf(mask);
    return { x: minX, y: minY };
  },
  handles: () => [],
  drag: (mask) => mask,
  move: (mask) => mask,
  grow: (mask) => mask,
  freehand: true,
  tip: tip(hard),
  pen: brush(hard),
  quarter: (mask) => ({ ...mask, turn: (mask.turn + 90) % 360 }),
  snap: (mask) => mask,
});

export const brushed = figure(false);
export const bitmask = figure(true);
