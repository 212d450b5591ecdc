import { type Signal, signal } from "@preact/signals-core";
import type { Size } from "../core/geometry";
import type { Value } from "../core/regions";
import { packRuns, type Runs, unpackRuns } from "../core/runs";
import type { Element, Media, Result } from "../core/types";
import { bitmask, brushed } from "../stage/shapes/brush";
import type { Mask } from "../stage/shapes/mask";
import type { Editor } from "../state/editor";
import type { Family, Place, Tool, ViewProps } from "../state/family";
import { canDraw, placesOn } from "../state/regions";
import { drawnBy, sizeOf as imageSize, placeInHand, shownOf, toolOf } from "./_image-desk";
import { hotkeys, styles as labelStyles, Palette } from "./_labels";
import { packing } from "./_packing";
import { pngOf, runsOfImage } from "./_png";
import styles from "./brush.css";

const SIZES = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200];

const BRUSH = {
  command: "tool:brush",
  words: "Paint masks",
  icon: "M13.8 2.2 7 9M7 9c-1.6-.4-3 .5-3.2 2-.1 1-.6 1.7-1.8 2 1.8 1.2 5.4 1 6-1.300C8.3 10.6 7.9 9.5 7 9z",
} as const;
/** As the brush, and the pixels of what it paints. */
const PIXELS = {
  command: BRUSH.command,
  words: "Paint masks pixel by pixel",
  icon: "M13.8 2.2 8 8M2 10h3v3h3v-3H5V7h3",
} as const;
const ERASER: Tool = {
  name: "eraser",
  command: "tool:eraser",
  words: "Erase from the selected mask",
  icon: "M6 13.500h7.500M6 13.5 2.3 9.8 9.3 2.800l4 4-6.6 6.700M5.8 6.300l4 4",
  changes: true,
};
const WAND: Tool = {
  name: "magicwand",
  command: "tool:magic-wand",
  words: "Take what is of a like colour",
  icon: "M2.5 13.5 9 7M11 1.500v3M11 7.500v2M7.5 5h2M12.5 5h2.500M13.3 2.700l-1 1M13.3 7.300l-1-1",
};

// ---- how large the brush is

const sizes = new WeakMap<Editor, Map<number, Signal<number>>>();

/** The size of the brush in hand on an image: as its control says, until a person says otherwise. */
function sizeIn(editor: Editor, image: Element, place: Place): Signal<number> {
  const own = sizes.get(editor) ?? new Map<number, Signal<number>>();
  sizes.set(editor, own);
  const control = drawnBy(editor, image, place);
  const address = control?.id ?? image.id;
  const known = own.get(address);
  if (known) return known;
  const given = (control && editor.tree.value.number(control, "strokeWidth")) || 15;
  const size = signal(Math.max(1, Math.min(given, 500)));
  own.set(address, size);
  return size;
}

/** The next larger or smaller brush, on every image on which one is in hand. */
const resizing = (by: 1 | -1) => (editor: Editor) => {
  for (const image of editor.tree.value.elements) {
    const place = image.tag === "Image" ? placeInHand(editor, image) : undefined;
    if (!place || !places.includes(place)) continue;
    const size = sizeIn(editor, image, place);
    const next = by > 0 ? SIZES.find((s) => s > size.value) : SIZES.findLast((s) => s < size.value);
    size.value = next ?? size.value;
  }
};

function Options({ element, editor }: ViewProps) {
  const place = placeInHand(editor, element);
  if (!place || toolOf(editor, element) === WAND.name) return null;
  const size = sizeIn(editor, element, place);
  const words =
    place === painted ? "Brush size, in pixels of the screen" : "Brush radius, in pixels";
  return (
    <label class="nb-brush-size" title={`${words} ([ and ])`}>
      <input
        type="range"
        min={0}
        max={SIZES.length - 1}
        aria-label="Brush size"
        aria-valuetext={`${size.value} pixels`}
        value={SIZES.findLastIndex((s) => s <= size.value)}
        onInput={({ currentTarget }) => {
          size.value = SIZES[Number(currentTarget.value)] ?? size.value;
        }}
      />
      <span aria-hidden="true">{size.value}</span>
    </label>
  );
}

/** The MagicWand of an image, if its config has one. */
const wandOf = (editor: Editor, image: Element): Element | undefined =>
  editor.tree.value.elements.find(
    (at) => at.tag === "MagicWand" && editor.tree.value.target(at) === image.attributes.name,
  );

const toolsOf = (editor: Editor, image: Element): Tool[] => [
  ERASER,
  ...(wandOf(editor, image) ? [WAND] : []),
];

function groundOf(editor: Editor, image: Element, place: Place): object {
  const strokeWidth = sizeIn(editor, image, place).value;
  const wand = wandOf(editor, image);
  if (!wand) return { strokeWidth };
  const number = (name: string) => editor.tree.value.number(wand, name) ?? undefined;
  return {
    strokeWidth,
    threshold: number("defaultThreshold") ?? 15,
    blur: number("blurRadius") ?? 5,
    opacity:
      Math.max(0, Math.min(Number(editor.tree.value.text(wand, "opacity") || 0.6), 1)) || 0.6,
    refused: () =>
      editor.tell(
        `${image.attributes.name}: its colours may not be read, as it comes from another server; ` +
          'crossOrigin="anonymous" on the Image asks that server to allow it.',
      ),
  };
}

// ---- results

/** What run lengths stand for; each is read once. */
const known = new WeakMap<object, Runs>();

/** A mask's runs, or why it has none. */
function runsOf({ format, rle }: Value, size: Size): Runs | string {
  if (format !== undefined && format !== "rle") return `its format "${format}" is not known.`;
  if (!(rle instanceof Uint8Array || Array.isArray(rle))) return "it holds no mask.";
  const before = known.get(rle);
  if (before?.width === size.width && before.height === size.height) return before;
  const made = isBytes(rle) ? unpackRuns(Uint8Array.from(rle), size) : null;
  if (!made) return `its mask is broken, or is not one of ${size.width} × ${size.height} pixels.`;
  known.set(rle, made);
  return made;
}

const isBytes = (given: Uint8Array | readonly unknown[]): given is Uint8Array | number[] =>
  given instanceof Uint8Array ||
  given.every((byte) => Number.isInteger(byte) && Number(byte) >= 0 && Number(byte) < 256);

/** The size that a mask was painted on, where its result says it. */
function paintedOn(size: Size, result?: Result): Size {
  const [width, height] = [Number(result?.original_width), Number(result?.original_height)];
  return width > 0 && height > 0 ? { width, height } : size;
}

function describeRuns(runs: Runs | string | undefined): string {
  if (!runs || typeof runs === "string") return "mask";
  const { minX, minY, maxX, maxY } = runs.bounds;
  return `${minX}, ${minY} · ${maxX - minX} × ${maxY - minY}`;
}

const sizeOf = (media: Media | null): Size => ({
  width: media?.width ?? 0,
  height: media?.height ?? 0,
});

/** A mask is of the pixels of its image, and of no other size. */
const pasted: Place["pasted"] = (editor, image, value, { result }) => {
  const size = imageSize(editor, image, shownOf(editor, image));
  const own = size && paintedOn(size, result);
  if (size && own && (own.width !== size.width || own.height !== size.height))
    return `a mask of ${own.width} × ${own.height} pixels does not fit ${size.width} × ${size.height}`;
  return value;
};

/** What both kinds of masks have in common. */
const MASK = {
  objects: ["Image"],
  tool: BRUSH,
  tools: toolsOf,
  options: Options,
  goesOn: true,
  pasted,
} satisfies Partial<Place>;

const painted: Place = {
  name: "brush",
  types: ["brush", "brushlabels"],
  keys: ["rle", "format"],
  describe({ rle, ...value }, media) {
    const cached = typeof rle === "object" && rle !== null ? known.get(rle) : undefined;
    return describeRuns(cached ?? (media?.width ? runsOf({ ...value, rle }, sizeOf(media)) : ""));
  },
  ...MASK,
  shape: {
    figure: brushed,
    read(value, size, result) {
      const pixels = runsOf(value, paintedOn(size, result));
      return typeof pixels === "string" ? pixels : { pixels, size, turn: 0 };
    },
    write(shape) {
      const pixels = (shape as Mask).pixels as Runs;
      if (pixels.area === 0) return null;
      const rle = packRuns(pixels);
      known.set(rle, pixels);
      return { format: "rle", rle };
    },
    ground: (editor, image) => groundOf(editor, image, painted),
  },
};

/** The masks that images are, by their addresses: undefined while one is being read. */
const images = new Map<string, Signal<Runs | string | undefined>>();
const IMAGES = 200;

function imageRuns(url: string): Signal<Runs | string | undefined> {
  const before = images.get(url);
  if (before) return before;
  const made = signal<Runs | string | undefined>(undefined);
  remember(url, made);
  runsOfImage(url).then(
    (runs) => {
      made.value = runs;
    },
    () => {
      made.value = "its mask is no image.";
    },
  );
  return made;
}

function remember(url: string, runs: Signal<Runs | string | undefined>): void {
  images.set(url, runs);
  const [oldest] = images.keys();
  if (images.size > IMAGES && oldest !== undefined) images.delete(oldest);
}

const drawn: Place = {
  ...MASK,
  name: "bitmask",
  types: ["bitmask", "bitmasklabels"],
  keys: ["imageDataURL"],
  describe: ({ imageDataURL }) => describeRuns(images.get(String(imageDataURL))?.value),
  tool: PIXELS,
  shape: {
    figure: bitmask,
    read({ imageDataURL: url }, size) {
      if (typeof url !== "string" || !url.startsWith("data:image/")) return "it holds no mask.";
      const pixels = imageRuns(url).value;
      return typeof pixels === "object" ? { pixels, size, turn: 0 } : pixels;
    },
    write(shape) {
      const pixels = (shape as Mask).pixels as Runs;
      if (pixels.area === 0) return null;
      const imageDataURL = pngOf(pixels);
      remember(imageDataURL, signal(pixels));
      return { imageDataURL };
    },
    ground: (editor, image) => groundOf(editor, image, drawn),
  },
};

const places: readonly Place[] = [painted, drawn];

const take = (name: string) => (editor: Editor) => {
  editor.tool.value = name;
};

const nothing = () => null;

export const family: Family = {
  views: {
    Brush: nothing,
    BrushLabels: Palette,
    Bitmask: nothing,
    BitmaskLabels: Palette,
    MagicWand: nothing,
  },
  places,
  packing,
  hotkeys,
  styles: labelStyles + styles,
  commands: {
    "tool:brush": (editor) => {
      const images = editor.tree.value.elements.filter(({ tag }) => tag === "Image");
      const painted = (place: Place) => images.some((image) => canDraw(editor, image, place));
      const there = (place: Place) =>
        images.some((image) => placesOn(editor, image, places).includes(place));
      take((places.find(painted) ?? places.find(there))?.name ?? "")(editor);
    },
    "tool:eraser": take(ERASER.name),
    "tool:magic-wand": take(WAND.name),
    "tool:decrease-tool": resizing(-1),
    "tool:increase-tool": resizing(1),
  },
};
