import type { Rectangle, Size } from "../core/geometry";
import { rectangle } from "../stage/shapes/rectangle";
import type { Family, Geometry } from "../state/family";

type Place = Readonly<Record<string, unknown>>;

const number = (value: unknown) => {
  const read = Number(value);
  return Number.isFinite(read) ? read : 0;
};

/** Percent of the image, as Label Studio has it, to natural pixels. */
export function toPixels(place: Place, size: Size): Rectangle {
  return {
    x: (number(place.x) / 100) * size.width,
    y: (number(place.y) / 100) * size.height,
    width: (number(place.width) / 100) * size.width,
    height: (number(place.height) / 100) * size.height,
    rotation: number(place.rotation),
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

const NEEDED = ["x", "y", "width", "height"];
const OTHERS = ["radiusX", "points", "rle", "sequence", "vertices", "imageDataURL", "ocrtext"];

export const geometry: Geometry = {
  kind: "rectangle",
  types: ["rectangle", "rectanglelabels"],
  fits: (place) =>
    NEEDED.every((key) => place[key] !== undefined) && !OTHERS.some((key) => key in place),
  describe(place, media) {
    const { width, height } = { width: media?.width ?? null, height: media?.height ?? null };
    const unit = width && height ? { width, height } : { width: 100, height: 100 };
    const { x, y, width: w, height: h } = toPixels(place, unit);
    const words = `${Math.round(x)}, ${Math.round(y)} · ${Math.round(w)}×${Math.round(h)}`;
    return width && height ? words : `${words} %`;
  },
  shifted: (place) => ({
    x: Math.max(0, Math.min(number(place.x) + 2, 100 - number(place.width))),
    y: Math.max(0, Math.min(number(place.y) + 2, 100 - number(place.height))),
  }),
  shape: {
    kind: rectangle,
    read: (place, size) => toPixels(place, size),
    write: (shape, size) => toPercent(shape as Rectangle, size),
  },
};

/** A plain Rectangle needs no palette of its own: it draws whatever label is chosen. */
export const family: Family = { views: { Rectangle: () => null }, geometry };
