import type { Size } from "../core/geometry";
import type { Media } from "../core/types";

/** A number of a stranger's value; 0 where it is none. */
export function number(value: unknown): number {
  const read = Number(value);
  return Number.isFinite(read) ? read : 0;
}

/** Percent of a length, as Label Studio has it, to natural pixels. */
export const pixels = (percent: unknown, length: number): number =>
  (number(percent) / 100) * length;

/** Natural pixels to percent of a length. */
export const percent = (pixels: number, length: number): number => (pixels / length) * 100;

/** What numbers of a place are told in: pixels where the image's size is known, else percent. */
export function measured(media: Media | null, words: (size: Size) => string): string {
  const { width, height } = media ?? { width: null, height: null };
  return width && height ? words({ width, height }) : `${words({ width: 100, height: 100 })} %`;
}

/** A little aside, within the image; `room` is what lies beyond the coordinate, in percent. */
export const aside = (value: unknown, room = 0): number =>
  Math.max(0, Math.min(number(value) + 2, 100 - room));
