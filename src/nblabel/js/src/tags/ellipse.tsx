import type { Size } from "../core/geometry";
import type { Value } from "../core/regions";
import { type Ellipse, ellipse } from "../stage/shapes/ellipse";
import type { Family, Place } from "../state/family";
import { hotkeys, Palette, styles } from "./_labels";
import { aside, measured, number, percent, pixels } from "./_percent";

/** Percent, as Label Studio has it: radiusX of the image's width, radiusY of its height. */
const read = (value: Value, size: Size): Ellipse => ({
  x: pixels(value.x, size.width),
  y: pixels(value.y, size.height),
  radiusX: pixels(value.radiusX, size.width),
  radiusY: pixels(value.radiusY, size.height),
  rotation: number(value.rotation),
});

const write = (shape: Ellipse, size: Size) => ({
  x: percent(shape.x, size.width),
  y: percent(shape.y, size.height),
  radiusX: percent(shape.radiusX, size.width),
  radiusY: percent(shape.radiusY, size.height),
  rotation: shape.rotation,
});

const place: Place = {
  name: "ellipse",
  objects: ["Image"],
  types: ["ellipse", "ellipselabels"],
  keys: ["radiusX", "radiusY", "x", "y", "rotation"],
  describe: (value, media) =>
    measured(media, (size) => {
      const { x, y, radiusX, radiusY } = read(value, size);
      return `${Math.round(x)}, ${Math.round(y)} · ${Math.round(2 * radiusX)}×${Math.round(2 * radiusY)}`;
    }),
  shifted: ({ x, y, radiusX, radiusY }) => ({
    x: aside(x, number(radiusX)),
    y: aside(y, number(radiusY)),
  }),
  tool: {
    command: "tool:ellipse",
    words: "Draw ellipses",
    icon: "M1.5 8a6.5 4.5 0 1 0 13 0 6.5 4.5 0 1 0-13 0z",
  },
  shape: { figure: ellipse, read, write: (shape, size) => write(shape as Ellipse, size) },
};

export const family: Family = {
  views: { Ellipse: () => null, EllipseLabels: Palette },
  places: [place],
  hotkeys,
  styles,
};
