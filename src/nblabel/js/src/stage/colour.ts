/** A stranger's colour, or a calm one where it is none (and where it would be more than a colour). */
export function safeColor(color: string): string {
  return CSS.supports("color", color) && !/[;{}<]|var\(|url\(/.test(color) ? color : "#7f7f7f";
}

/** Ground and ink of a tag. */
export interface TagColors {
  readonly ground: string;
  readonly ink: string;
}

/** WCAG 2 asks for a contrast of 4.5 to 1; white on a ground of at most this luminance has it. */
const DARK_ENOUGH = 1.05 / 4.5 - 0.05;
/** Above this luminance black reads better than white on a darkened ground looks. */
const BRIGHT = 0.36;

const known = new Map<string, TagColors>();

/** White on the colour, darkened as far as it must be; black on bright ones. */
export function tagColors(color: string): TagColors {
  let colors = known.get(color);
  if (!colors) {
    colors = contrasting(color);
    known.set(color, colors);
  }
  return colors;
}

function contrasting(color: string): TagColors {
  const parts = rgb(color).map(linear);
  const [red = 0, green = 0, blue = 0] = parts;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  if (luminance > BRIGHT) return { ground: color, ink: "#000" };
  const share = Math.min(1, DARK_ENOUGH / luminance);
  const dark = parts.map((part) => Math.floor(255 * gamma(part * share)));
  return { ground: `rgb(${dark.join(" ")})`, ink: "#fff" };
}

const linear = (part: number): number =>
  part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;

const gamma = (part: number): number =>
  part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;

const rgb = (color: string): [number, number, number] => paint(color).rgb;

/** A colour as the browser paints it, in whatever way it is written; each part from 0 to 1. */
export function paint(color: string): Painted {
  let seen = painted.get(color);
  if (!seen) {
    seen = painting(color);
    painted.set(color, seen);
  }
  return seen;
}

const painted = new Map<string, Painted>();

function painting(color: string): Painted {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return { rgb: [0, 0, 0], alpha: 0, luma: 0 };
  context.fillStyle = "#0000";
  context.fillStyle = color; // no colour leaves it as it is
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  const luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  return { rgb: [red / 255, green / 255, blue / 255], alpha: alpha / 255, luma };
}

interface Painted {
  readonly rgb: [number, number, number];
  readonly alpha: number;
  /** How light it is to the eye. */
  readonly luma: number;
}
