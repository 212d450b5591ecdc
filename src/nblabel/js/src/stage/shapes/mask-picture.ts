import type { Bounds } from "../../core/geometry";
import { addRow, type Runs } from "../../core/runs";
import { paint } from "../colour";
import type { Look, Shape } from "./figure";
import type { Mask } from "./mask";
import { Painting } from "./painting";

/** A box of whole pixels, of a mask or of one of its pictures. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a mask is coloured: its fill, how much of it, a line along its edge, and hatching. */
interface Ink {
  readonly rgb: number;
  readonly opacity: number;
  readonly line: number;
  /** Whether a bright line runs around it, too. */
  readonly rimmed: boolean;
  readonly hatched: boolean;
}

/** A part of a mask as the screen shows it, 2^level of its pixels in one. */
interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly level: number;
  /** In pixels of the level. */
  readonly box: Box;
  readonly ink: string;
}

/** Pixels of a picture that is made of a whole mask; of larger ones only what is seen is made. */
const WHOLE = 2 ** 21;
/** How far beyond what is seen such a picture goes, so that panning finds it there. */
const MARGIN = 256;
/** Pixels of all pictures that are kept; those that were not painted for longest go first. */
const KEPT = 2 ** 25;
/** How large a picture's pixel may be on the screen: a quarter more is not seen, and costs a quarter. */
const COARSE = 1.25;
const HATCH = 3;
const RIM = 0xe0ffffff;
const FILL = 0.45;
/** From this on a pixel is inside. */
const HALF = 128;

const pictures = new Map<Runs | Painting, Picture>();
let kept = 0;

function keep(pixels: Runs | Painting, picture: Picture): void {
  forget(pixels);
  if (pixels instanceof Painting)
    for (const other of pictures.keys()) if (other instanceof Painting) forget(other); // it is done
  pictures.set(pixels, picture);
  kept += picture.box.width * picture.box.height;
  for (const old of pictures.keys()) {
    if (kept <= KEPT || old === pixels) break;
    forget(old);
  }
}

function forget(pixels: Runs | Painting): void {
  const picture = pictures.get(pixels);
  if (!picture) return;
  pictures.delete(pixels);
  kept -= picture.box.width * picture.box.height;
  picture.canvas.width = picture.canvas.height = 0; // at once, not when somebody collects it
}

/** Paints a mask on a context that draws in pixels of the turned image. */
export function paintMask(
  context: CanvasRenderingContext2D,
  { pixels, size, turn }: Mask,
  shape: Shape,
  look: Look,
): void {
  context.save();
  const { width, height } = size;
  if (turn === 90) context.transform(0, 1, -1, 0, height, 0);
  if (turn === 180) context.transform(-1, 0, 0, -1, width, height);
  if (turn === 270) context.transform(0, -1, 1, 0, 0, width);
  context.scale(width / pixels.width, height / pixels.height);
  const seen = seenOf(context, pixels);
  if (seen) {
    const { a, b } = context.getTransform();
    const scale = Math.hypot(a, b);
    const picture = pictureOf(pixels, seen, scale, inkOf(pixels, shape, look, scale));
    const { box, level } = picture;
    context.imageSmoothingEnabled = scale < 3; // near enough to see pixels, they are squares
    const side = 2 ** level;
    context.drawImage(
      picture.canvas,
      box.x * side,
      box.y * side,
      box.width * side,
      box.height * side,
    );
  }
  context.restore();
}

/** The part of a mask that a context can show; null where that is nothing. */
function seenOf(context: CanvasRenderingContext2D, { bounds }: Runs | Painting): Bounds | null {
  const back = context.getTransform().inverse();
  const { width, height } = context.canvas;
  const corners = [
    [0, 0],
    [width, height],
  ].map(([x, y]) => back.transformPoint(new DOMPoint(x, y)));
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const seen = {
    minX: Math.max(bounds.minX, Math.min(...xs)),
    minY: Math.max(bounds.minY, Math.min(...ys)),
    maxX: Math.min(bounds.maxX, Math.max(...xs)),
    maxY: Math.min(bounds.maxY, Math.max(...ys)),
  };
  return seen.minX < seen.maxX && seen.minY < seen.maxY ? seen : null;
}

function inkOf(pixels: Runs | Painting, shape: Shape, look: Look, scale: number): Ink {
  const { fill, stroke, fillOpacity = FILL } = shape.style ?? {};
  const own = pixels instanceof Painting ? pixels.opacity : undefined;
  const [red, green, blue] = paint(fill ?? stroke ?? shape.color).rgb.map((part) =>
    Math.round(255 * part),
  );
  return {
    rgb: ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0),
    opacity: own ?? Math.min(1, fillOpacity + (look === "selected" ? 0.15 : 0)),
    // Far away a line makes the edge clear; near by it would hide it.
    line: scale > 2 ? 0 : 1,
    rimmed: scale <= 2 && look === "selected",
    hatched: shape.suggestion,
  };
}

function pictureOf(pixels: Runs | Painting, seen: Bounds, scale: number, ink: Ink): Picture {
  const level = Math.max(0, Math.floor(Math.log2(COARSE / scale)));
  const key = `${ink.rgb} ${ink.opacity} ${ink.line} ${ink.rimmed} ${ink.hatched}`;
  const known = pictures.get(pixels) ?? takenOver(pixels, ink);
  const fits = known && known.level === level && known.ink === key;
  if (fits && within(atLevel(seen, level, 0), known.box)) {
    pictures.delete(pixels); // most lately painted last
    pictures.set(pixels, known);
    const dirty = pixels instanceof Painting ? pixels.takeDirty() : null;
    if (dirty) draw(known, pixels, shared(atLevel(dirty, level, ink.line), known.box), ink);
    return known;
  }
  if (pixels instanceof Painting) pixels.takeDirty();
  const all = pixels instanceof Painting ? everything(pixels) : pixels.bounds;
  const whole = atLevel(all, level, 1);
  const box =
    whole.width * whole.height <= WHOLE ? whole : shared(atLevel(seen, level, MARGIN), whole);
  const canvas = document.createElement("canvas");
  canvas.width = box.width;
  canvas.height = box.height;
  const picture = { canvas, level, box, ink: key };
  draw(picture, pixels, box, ink);
  keep(pixels, picture);
  return picture;
}

/** The picture of the painting that has become these runs: but for its last bit it shows them. */
function takenOver(pixels: Runs | Painting, ink: Ink): Picture | undefined {
  for (const [painting, picture] of pictures) {
    if (!(painting instanceof Painting) || painting.made !== pixels) continue;
    pictures.delete(painting);
    pictures.set(pixels, picture);
    const dirty = painting.takeDirty();
    const { level, box } = picture;
    if (dirty) draw(picture, pixels, shared(atLevel(dirty, level, ink.line), box), ink);
    return picture;
  }
  return undefined;
}

const everything = ({ width, height }: Painting): Bounds => ({
  minX: 0,
  minY: 0,
  maxX: width,
  maxY: height,
});

/** A box of the mask's pixels, and some more around it, in pixels of a level. */
function atLevel({ minX, minY, maxX, maxY }: Bounds, level: number, more: number): Box {
  const side = 2 ** level;
  const x = Math.floor(minX / side) - more;
  const y = Math.floor(minY / side) - more;
  return {
    x,
    y,
    width: Math.ceil(maxX / side) + more - x,
    height: Math.ceil(maxY / side) + more - y,
  };
}

const within = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

function shared(one: Box, other: Box): Box {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  return {
    x,
    y,
    width: Math.min(one.x + one.width, other.x + other.width) - x,
    height: Math.min(one.y + one.height, other.y + other.height) - y,
  };
}

/** Draws a part of a picture, in the mask's pixels as they are now. */
function draw({ canvas, level, box }: Picture, pixels: Runs | Painting, part: Box, ink: Ink): void {
  const context = canvas.getContext("2d");
  if (!context || part.width <= 0 || part.height <= 0) return;
  const rim = ink.line;
  const width = part.width + 2 * rim;
  const inside = shrunk(pixels, level, {
    x: part.x - rim,
    y: part.y - rim,
    width,
    height: part.height + 2 * rim,
  });
  const image = new ImageData(part.width, part.height);
  const out = new Uint32Array(image.data.buffer);
  const fills = Uint32Array.from({ length: 256 }, (_, value) => {
    const alpha = Math.round(value * ink.opacity);
    return (ink.rgb | (alpha << 24)) >>> 0;
  });
  const line = (ink.rgb | (0xff << 24)) >>> 0;
  let to = 0;
  for (let y = 0; y < part.height; y++) {
    let at = (y + rim) * width + rim;
    for (let x = 0; x < part.width; x++, at++, to++) {
      const value = inside[at] as number;
      const isIn = value >= HALF;
      if (!isIn && !ink.rimmed) {
        if (value > 0) out[to] = fills[value] as number;
        continue;
      }
      const edge =
        rim > 0 &&
        ((inside[at - rim] as number) >= HALF !== isIn ||
          (inside[at + rim] as number) >= HALF !== isIn ||
          (inside[at - rim * width] as number) >= HALF !== isIn ||
          (inside[at + rim * width] as number) >= HALF !== isIn);
      if (edge) out[to] = isIn ? line : RIM;
      else if (value > 0) {
        const thin = ink.hatched && ((part.x + x + part.y + y) >> HATCH) & 1;
        out[to] = fills[thin ? value >> 2 : value] as number;
      }
    }
  }
  context.putImageData(image, part.x - box.x, part.y - box.y);
}

/** The mask in a box of a level: each value is the mean of 2^level by 2^level pixels. */
function shrunk(pixels: Runs | Painting, level: number, box: Box): Uint8Array {
  const side = 2 ** level;
  const made = new Uint8Array(box.width * box.height);
  const left = Math.max(0, box.x);
  const right = Math.min(box.x + box.width, Math.ceil(pixels.width / side));
  if (left >= right) return made;
  const [from, to] = [left * side, Math.min(right * side, pixels.width)];
  const sums = new Uint32Array(right - left);
  for (let y = Math.max(0, box.y); y < box.y + box.height; y++) {
    const top = y * side;
    const bottom = Math.min(top + side, pixels.height);
    if (top >= bottom) break;
    sums.fill(0);
    for (let row = top; row < bottom; row++)
      if (pixels instanceof Painting) pixels.add(row, from, to, level, sums);
      else addRow(pixels, row, from, to, level, sums);
    const at = (y - box.y) * box.width + left - box.x;
    for (let i = 0; i < sums.length; i++) made[at + i] = (sums[i] as number) >> (2 * level);
  }
  return made;
}
