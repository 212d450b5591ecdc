import { distance, type Point, type Size } from "../../core/geometry";
import { clamp } from "../../core/numbers";
import type { Runs } from "../../core/runs";
import type { Ground, Pen } from "./figure";
import { type Mask, upright } from "./mask";
import { Painting } from "./painting";

/** So many pixels of an image are looked at; of larger ones a smaller picture is. */
const LOOKED_AT = 2 ** 21;

/** What the wand is told besides. */
export interface WandGround extends Ground {
  /** How far colours may differ, of 255, and how much edges are smoothed. */
  readonly threshold?: number;
  readonly blur?: number;
  /** How much is seen of what is taken, from 0 to 1. */
  readonly opacity?: number;
  /** The image's colours may not be read. */
  refused?(): void;
}

/** The image in no more than so many pixels; null where they may not be read. */
function pictureOf({ media, refused }: WandGround): ImageData | null {
  if (!media?.naturalWidth) return null;
  const { naturalWidth, naturalHeight } = media;
  const scale = Math.min(1, Math.sqrt(LOOKED_AT / (naturalWidth * naturalHeight)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(naturalHeight * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(media, 0, 0, canvas.width, canvas.height);
  try {
    return context?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
  } catch {
    refused?.();
    return null;
  }
}

/** Takes what is of a like colour around a point; dragged away from it, less alike will do. */
export function wand(from: Point, ground: WandGround, base: Mask & { pixels: Runs }): Pen<Mask> {
  const { size, turn } = base;
  const picture = pictureOf(ground);
  const { threshold = 15, blur = 0 } = ground;
  const at = upright(from, size, turn);
  let far = 0;
  let made: Painting | null = null;
  let tried = -1;
  const take = (to: Point): Mask => {
    far = distance(from, to) / ground.pixel;
    const wanted = Math.round(threshold + far / 2);
    if (wanted !== tried || !made) {
      tried = wanted;
      made = new Painting(base.pixels, "add");
      made.opacity = ground.opacity;
      if (picture) {
        const x = Math.floor((at.x / size.width) * picture.width);
        const y = Math.floor((at.y / size.height) * picture.height);
        stamp(made, picture, smoothed(alike(picture, x, y, wanted), picture, blur));
      }
    }
    return { pixels: made, size, turn };
  };
  const finish = () => ({ pixels: (made ?? new Painting(base.pixels, "add")).done(), size, turn });
  return {
    move: take,
    up(to) {
      take(to);
      const whole = finish();
      const more = whole.pixels.area > base.pixels.area;
      return { draft: more ? whole : null, whole: true };
    },
    finish,
    back: () => null,
  };
}

/** 255 where a pixel's colour differs by no more than a threshold from that of a point around it. */
export function alike(
  { data, width, height }: ImageData,
  x: number,
  y: number,
  threshold: number,
): Uint8Array {
  const found = new Uint8Array(width * height);
  if (x < 0 || y < 0 || x >= width || y >= height) return found;
  const seed = 4 * (y * width + x);
  const [red, green, blue] = [data[seed], data[seed + 1], data[seed + 2]] as [
    number,
    number,
    number,
  ];
  const fits = (pixel: number): boolean => {
    const at = 4 * pixel;
    return (
      found[pixel] === 0 &&
      Math.abs((data[at] as number) - red) <= threshold &&
      Math.abs((data[at + 1] as number) - green) <= threshold &&
      Math.abs((data[at + 2] as number) - blue) <= threshold
    );
  };
  const open = [y * width + x];
  while (open.length > 0) {
    const pixel = open.pop() as number;
    if (!fits(pixel)) continue;
    const row = pixel - (pixel % width);
    let left = pixel;
    while (left > row && fits(left - 1)) left--;
    let above = false;
    let below = false;
    for (let at = left; at < row + width && fits(at); at++) {
      found[at] = 255;
      // Of each stretch above and below, one pixel is looked at later.
      const up = at >= width && fits(at - width);
      if (up && !above) open.push(at - width);
      above = up;
      const down = at + width < found.length && fits(at + width);
      if (down && !below) open.push(at + width);
      below = down;
    }
  }
  return found;
}

/** The same with its edge drawn straighter: each pixel as most of those around it are. */
function smoothed(found: Uint8Array, size: Size, radius: number): Uint8Array {
  const reach = Math.min(Math.round(radius), 30);
  if (reach < 1) return found;
  return sharpened(blurred(blurred(found, size, reach, false), size, reach, true), reach);
}

/** The mean of so many pixels to both sides, along rows or columns. */
function blurred(from: Uint8Array, size: Size, reach: number, down: boolean): Uint8Array {
  const { width, height } = size;
  const made = new Uint8Array(from.length);
  const [lines, length] = down ? [width, height] : [height, width];
  const [line, step] = down ? [1, width] : [width, 1];
  for (let i = 0; i < lines; i++) {
    const first = i * line;
    const at = (k: number) => from[first + clamp(k, 0, length - 1) * step] as number;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += at(k);
    for (let k = 0; k < length; k++) {
      made[first + k * step] = sum / (2 * reach + 1);
      sum += at(k + reach + 1) - at(k - reach);
    }
  }
  return made;
}

function sharpened(from: Uint8Array, by: number): Uint8Array {
  return from.map((value) => clamp(Math.round((value - 127.5) * by + 127.5), 0, 255));
}

/** Paints what was found in a picture on a mask, which may have more pixels. */
function stamp(painting: Painting, { width, height }: Size, found: Uint8Array): void {
  let [minX, minY, maxX, maxY] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const first = found.subarray(row, row + width).findIndex((value) => value > 0);
    if (first < 0) continue;
    let last = width - 1;
    while (found[row + last] === 0) last--;
    minX = Math.min(minX, first);
    maxX = Math.max(maxX, last + 1);
    minY = Math.min(minY, y);
    maxY = y + 1;
  }
  if (maxX === 0) return;
  const across = width / painting.width;
  const down = height / painting.height;
  const box = {
    minX: minX / across - 1,
    minY: minY / down - 1,
    maxX: maxX / across + 1,
    maxY: maxY / down + 1,
  };
  if (across === 1 && down === 1) {
    painting.fill(box, (x, y) => found[y * width + x] as number);
    return;
  }
  const value = (x: number, y: number) =>
    found[clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1)] as number;
  const steep = 1 / Math.max(across, down);
  painting.fill(box, (x, y) => {
    const [u, v] = [(x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [p, q] = [u - i, v - j];
    const above = value(i, j) * (1 - p) + value(i + 1, j) * p;
    const below = value(i, j + 1) * (1 - p) + value(i + 1, j + 1) * p;
    // As sharp as the mask's own pixels, not as the picture's.
    return clamp((above * (1 - q) + below * q - 127.5) * steep + 127.5, 0, 255);
  });
}
