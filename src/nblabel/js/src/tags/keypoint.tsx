import type { Size } from "../core/geometry";
import type { Value } from "../core/regions";
import { type KeyPoint, keypoint } from "../stage/shapes/keypoint";
import type { Family, Place } from "../state/family";
import { hotkeys, Palette, styles } from "./_labels";
import { aside, measured, percent, pixels } from "./_percent";

/** Percent, as Label Studio has it; the width is that of the image, also of a dot on a high one. */
const read = (value: Value, size: Size): KeyPoint => ({
  x: pixels(value.x, size.width),
  y: pixels(value.y, size.height),
  width: pixels(value.width, size.width),
});

const write = ({ x, y, width }: KeyPoint, size: Size) => ({
  x: percent(x, size.width),
  y: percent(y, size.height),
  width: percent(width, size.width),
});

const place: Place = {
  name: "keypoint",
  objects: ["Image"],
  types: ["keypoint", "keypointlabels"],
  keys: ["x", "y", "width"],
  describe: (value, media) =>
    measured(media, (size) => {
      const { x, y } = read(value, size);
      return `${Math.round(x)}, ${Math.round(y)}`;
    }),
  shifted: ({ x, y }) => ({ x: aside(x), y: aside(y) }),
  tool: {
    command: "tool:key-point",
    words: "Set key points",
    icon: "M8 1.5v4m0 5v4M1.5 8h4m5 0h4M6.5 8a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0z",
  },
  shape: {
    figure: keypoint,
    style: { fillOpacity: 0.9 },
    read,
    write: (shape, size) => write(shape as KeyPoint, size),
  },
};

export const family: Family = {
  views: { KeyPoint: () => null, KeyPointLabels: Palette },
  places: [place],
  hotkeys,
  styles,
};
