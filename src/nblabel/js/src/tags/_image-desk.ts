import { type Signal, signal } from "@preact/signals-core";
import type { Size } from "../core/geometry";
import { clamp } from "../core/numbers";
import type { Region, Value } from "../core/regions";
import type { Element, Media } from "../core/types";
import type { ImageStage } from "../stage/image/image-stage";
import type { Turn } from "../stage/image/options";
import { Pictures } from "../stage/image/pictures";
import type { Shape } from "../stage/shapes/figure";
import type { Editor } from "../state/editor";
import { placesOf } from "../state/families";
import type { Place, Tool } from "../state/family";
import { placeOf, placing } from "../state/places";
import { canDraw, drawing, mayChange, placesOn } from "../state/regions";

/** What is drawn on an image: the value of its place, and the shape on screen. */
export interface Drawn {
  readonly image: Element;
  readonly place: Place;
  readonly value: Value;
  readonly geometry: unknown;
  readonly alt: boolean;
}

/** What asks a model with what is drawn; see tags/_image-prompts.tsx. */
export interface Prompting {
  /** Whether what is drawn now asks. */
  asks(image: Element): boolean;
  /** Takes what was drawn as a question; false where it is a region. */
  takes(drawn: Drawn): boolean;
  /** What was drawn for the question. */
  shapes(image: Element): readonly Shape[];
}

/** What lies ready for the images of one labeler: the light, the stages. */
export interface Desk {
  /** In percent. */
  readonly brightness: Signal<number>;
  readonly contrast: Signal<number>;
  /** How images without regions are turned, by task, object and item. */
  readonly turns: Signal<ReadonlyMap<string, Turn>>;
  /** The stages on screen, by the id of their Image. */
  readonly stages: Map<number, ImageStage>;
  readonly pictures: Pictures;
  /** The sizes of images that the browser has loaded itself. */
  readonly sizes: WeakMap<Media, Size>;
  readonly prompting: Signal<Prompting | null>;
}

const desks = new WeakMap<Editor, Desk>();

export function deskOf(editor: Editor): Desk {
  const known = desks.get(editor);
  if (known) return known;
  const pictures = new Pictures();
  editor.scope.add(() => pictures.dispose());
  const desk = {
    brightness: signal(100),
    contrast: signal(100),
    turns: signal(new Map()),
    stages: new Map(),
    pictures,
    sizes: new WeakMap(),
    prompting: signal(null),
  };
  desks.set(editor, desk);
  return desk;
}

/** The places that can be drawn on an image. */
export const toolsOf = (editor: Editor, image: Element): Place[] =>
  placesOn(editor, image, placesOf(editor)).filter(({ shape }) => shape);

/** A place's own tool, and what else draws it. */
export const toolsFor = (editor: Editor, image: Element, place: Place): Tool[] => [
  ...(place.tool ? [{ ...place.tool, name: place.name }] : []),
  ...(place.tools?.(editor, image) ?? []),
];

/** The tool in hand on an image: one of its own, where the labeler's is another image's. */
export function toolOf(editor: Editor, image: Element): string {
  const tool = editor.tool.value;
  if (tool === "move" || tool === "pan") return tool;
  const places = toolsOf(editor, image);
  const has = (place: Place) => toolsFor(editor, image, place).some(({ name }) => name === tool);
  return places.some(has) ? tool : (places[0]?.name ?? "move");
}

/** The place that the tool in hand draws; of several that of what is selected, or of a taken label. */
export function placeInHand(editor: Editor, image: Element): Place | undefined {
  const tool = toolOf(editor, image);
  const drawn = toolsOf(editor, image).filter((place) =>
    toolsFor(editor, image, place).some(({ name }) => name === tool),
  );
  const [selected] = editor.selected.value;
  const its = selected && placeOf(editor, selected);
  const able = (place: Place) => canDraw(editor, image, place);
  return drawn.find((place) => place === its) ?? drawn.find(able) ?? drawn[0];
}

/** The selected region that drawing a place on an image goes on with: a mask, an unfinished line. */
export function goneOnWith(editor: Editor, image: Element, place: Place): Region | undefined {
  const [selected, ...more] = editor.selected.value;
  if (selected?.object !== nameOf(editor, image) || more.length > 0) return undefined;
  if (placeOf(editor, selected) !== place) return undefined;
  const unfinished = placing(editor.tree.value, selected)?.result.value?.closed === false;
  return (place.goesOn || unfinished) && mayChange(editor, selected) ? selected : undefined;
}

/** The control that a place is drawn with: that of what is gone on with, of a taken label, or any. */
export function drawnBy(editor: Editor, image: Element, place: Place): Element | undefined {
  const tree = editor.tree.value;
  const draws = ({ tag }: Element) => place.types.includes(tag.toLowerCase());
  const region = goneOnWith(editor, image, place);
  const its = region && tree.named(placing(tree, region)?.result.from_name);
  if (its && draws(its)) return its;
  return drawing(editor, image).find(draws) ?? tree.controls(image).find(draws);
}

/** Remembers the size of an image, which nobody knew before it was loaded. */
export const tell = (editor: Editor, media: Media, size: Size): void => {
  deskOf(editor).sizes.set(media, size);
};

/** The natural size of an item of an image; undefined before it is known. */
export function sizeOf(editor: Editor, image: Element, item: number): Size | undefined {
  const media = editor.view.value?.media[image.id]?.[item];
  if (!media) return undefined;
  const { width, height } = media;
  return width && height ? { width, height } : deskOf(editor).sizes.get(media);
}

const nameOf = (editor: Editor, image: Element) => editor.tree.value.text(image, "name");

/** Whether an Image shows a list, so that its results say on which item they are. */
export const isList = (image: Element): boolean => image.attributes.valueList !== undefined;

/** Which of its images an Image shows. */
export const shownOf = (editor: Editor, image: Element): number =>
  editor.shown.value.get(nameOf(editor, image)) ?? 0;

/** Which item of an Image a region is on. */
export const itemOf = (region: Region): number => Number(region.items[0]?.result.item_index ?? 0);

/** Shows another image of a list, as far as there is one. */
export function showItem(editor: Editor, image: Element, item: number): void {
  const there = clamp(item, 0, Math.max(0, editor.itemCount(image) - 1));
  if (there === shownOf(editor, image)) return;
  editor.drawing.value?.leave();
  editor.shown.value = new Map(editor.shown.value).set(nameOf(editor, image), there);
}

/** Whether a region is on an item of an image. */
export function isOn(editor: Editor, image: Element, region: Region, item: number): boolean {
  const own = region.object === nameOf(editor, image);
  return own && (!isList(image) || itemOf(region) === item);
}

const turnKey = (editor: Editor, image: Element, item: number): string =>
  `${editor.work.value?.view.key}\n${image.id}\n${item}`;

/** How an item of an image is turned: as its regions say, for they are saved with it. */
export function turnOf(editor: Editor, image: Element, item = shownOf(editor, image)): Turn {
  const region = editor.regions.value.find((each) => isOn(editor, image, each, item));
  const said = region?.items[0]?.result.image_rotation;
  const turn = said ?? deskOf(editor).turns.value.get(turnKey(editor, image, item)) ?? 0;
  return ([90, 180, 270] as const).find((quarter) => quarter === turn) ?? 0;
}

/** Remembers how the image on screen is turned, so that it stays so when its last region goes. */
export function keepTurn(editor: Editor, image: Element, turn: Turn): void {
  const { turns } = deskOf(editor);
  const key = turnKey(editor, image, shownOf(editor, image));
  if ((turns.peek().get(key) ?? 0) !== turn) turns.value = new Map(turns.peek()).set(key, turn);
}
