import type { Rectangle, Size } from "../core/geometry";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { rectangle, THREE_POINTS } from "../stage/shapes/rectangle";
import type { Editor } from "../state/editor";
import type { Family, Place } from "../state/family";
import { hotkeys, Palette, styles } from "./_labels";
import { aside, measured, number, percent, pixels } from "./_percent";

/** Percent of the image, as Label Studio has it, to natural pixels. */
export const toPixels = (value: Value, size: Size): Rectangle => ({
  x: pixels(value.x, size.width),
  y: pixels(value.y, size.height),
  width: pixels(value.width, size.width),
  height: pixels(value.height, size.height),
  rotation: number(value.rotation),
});

/** Natural pixels to percent. */
export const toPercent = (shape: Rectangle, size: Size) => ({
  x: percent(shape.x, size.width),
  y: percent(shape.y, size.height),
  width: percent(shape.width, size.width),
  height: percent(shape.height, size.height),
  rotation: shape.rotation,
});

const TURNED = {
  name: THREE_POINTS,
  command: "tool:rect-3point",
  words: "Draw turned boxes by three points",
  icon: "M6 2.5 14 6.5 10 13.5 2 9.5z",
};

/** Whether boxes on an image may be turned. */
const canTurn = (editor: Editor, image: Element) =>
  editor.tree.value
    .controls(image)
    .some(({ tag, attributes }) => /^Rectangle/.test(tag) && attributes.canRotate !== false);

export const place: Place = {
  name: "rectangle",
  objects: ["Image"],
  types: ["rectangle", "rectanglelabels"],
  keys: ["height", "width", "x", "y", "rotation"],
  describe: (value, media) =>
    measured(media, (size) => {
      const { x, y, width, height } = toPixels(value, size);
      return `${Math.round(x)}, ${Math.round(y)} · ${Math.round(width)}×${Math.round(height)}`;
    }),
  shifted: ({ x, y, width, height }) => ({
    x: aside(x, number(width)),
    y: aside(y, number(height)),
  }),
  tools: (editor, image) => (canTurn(editor, image) ? [TURNED] : []),
  tool: { command: "tool:rect", words: "Draw boxes", icon: "M2.5 3.5h11v9h-11z" },
  shape: {
    figure: rectangle,
    read: toPixels,
    write: (shape, size) => toPercent(shape as Rectangle, size),
  },
};

/** A plain Rectangle needs no palette of its own: it draws whatever label is chosen. */
export const family: Family = {
  views: { Rectangle: () => null, RectangleLabels: Palette },
  places: [place],
  hotkeys,
  styles,
  commands: {
    "tool:rect-3point": (editor) => {
      editor.tool.value = THREE_POINTS;
    },
  },
};
