import type { Rectangle, Size } from "../core/geometry";
import type { Value } from "../core/regions";
import { rectangle } from "../stage/shapes/rectangle";
import type { Family, Place } from "../state/family";
import { Palette, pressed } from "./_labels";

const number = (value: unknown) => {
  const read = Number(value);
  return Number.isFinite(read) ? read : 0;
};

/** Percent of the image, as Label Studio has it, to natural pixels. */
export function toPixels(value: Value, size: Size): Rectangle {
  return {
    x: (number(value.x) / 100) * size.width,
    y: (number(value.y) / 100) * size.height,
    width: (number(value.width) / 100) * size.width,
    height: (number(value.height) / 100) * size.height,
    rotation: number(value.rotation),
  };
}

/** Natural pixels to percent. */
export function toPercent(shape: Rectangle, size: Size) {
  return {
    x: (shape.x / size.width) * 100,
    y: (shape.y / size.height) * 100,
    width: (shape.width / size.width) * 100,
    height: (shape.height / size.height) * 100,
    rotation: shape.rotation,
  };
}

export const place: Place = {
  name: "rectangle",
  objects: ["Image"],
  types: ["rectangle", "rectanglelabels"],
  keys: ["height", "width", "x", "y", "rotation"],
  describe(value, media) {
    const { width, height } = { width: media?.width ?? null, height: media?.height ?? null };
    const unit = width && height ? { width, height } : { width: 100, height: 100 };
    const { x, y, width: w, height: h } = toPixels(value, unit);
    const words = `${Math.round(x)}, ${Math.round(y)} · ${Math.round(w)}×${Math.round(h)}`;
    return width && height ? words : `${words} %`;
  },
  shifted: (value) => ({
    x: Math.max(0, Math.min(number(value.x) + 2, 100 - number(value.width))),
    y: Math.max(0, Math.min(number(value.y) + 2, 100 - number(value.height))),
  }),
  tool: { command: "tool:rect", words: "Draw boxes", icon: "M2.5 3.5h11v9h-11z" },
  shape: {
    kind: rectangle,
    read: (value, size) => toPixels(value, size),
    write: (shape, size) => toPercent(shape as Rectangle, size),
  },
};

/** A plain Rectangle needs no palette of its own: it draws whatever label is chosen. */
export const family: Family = {
  views: { Rectangle: () => null, RectangleLabels: Palette },
  places: [place],
  hotkeys: pressed,
};
