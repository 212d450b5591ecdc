import { type Signal, signal } from "@preact/signals-core";
import { replace } from "../../core/changes";
import { clamp } from "../../core/geometry";
import type { Region } from "../../core/regions";
import type { Element } from "../../core/types";
import type { Editor } from "../../state/editor";
import type { ImageStage, Tool, Turn } from "./image-stage";
import { Pictures } from "./pictures";

/** What lies ready for the images of one labeler: the tool in hand, the light, the stages. */
export interface Desk {
  readonly tool: Signal<Tool>;
  /** In percent. */
  readonly brightness: Signal<number>;
  readonly contrast: Signal<number>;
  /** How images without regions are turned, by task, object and item. */
  readonly turns: Signal<ReadonlyMap<string, Turn>>;
  /** The stages on screen, by the id of their Image. */
  readonly stages: Map<number, ImageStage>;
  readonly pictures: Pictures;
}

const desks = new WeakMap<Editor, Desk>();

export function deskOf(editor: Editor): Desk {
  const known = desks.get(editor);
  if (known) return known;
  const pictures = new Pictures();
  editor.scope.add(() => pictures.dispose());
  const desk = {
    tool: signal<Tool>("draw"),
    brightness: signal(100),
    contrast: signal(100),
    turns: signal(new Map()),
    stages: new Map(),
    pictures,
  };
  desks.set(editor, desk);
  return desk;
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
  if (there !== shownOf(editor, image))
    editor.shown.value = new Map(editor.shown.value).set(nameOf(editor, image), there);
}

/** A region of the image on screen? */
export function isShown(editor: Editor, image: Element, region: Region): boolean {
  const own = region.object === nameOf(editor, image);
  return own && (!isList(image) || itemOf(region) === shownOf(editor, image));
}

function turnKey(editor: Editor, image: Element): string {
  return `${editor.work.value?.view.key}\n${image.id}\n${shownOf(editor, image)}`;
}

/** How the image on screen is turned: as its regions say, for they are saved with it. */
export function turnOf(editor: Editor, image: Element): Turn {
  const region = editor.regions.value.find((each) => isShown(editor, image, each));
  const said = region?.items[0]?.result.image_rotation;
  const turn = said ?? deskOf(editor).turns.value.get(turnKey(editor, image)) ?? 0;
  return ([90, 180, 270] as const).find((quarter) => quarter === turn) ?? 0;
}

/** Turns the image on screen; every region on it is saved with the rotation it is now seen at. */
export function rotate(editor: Editor, image: Element, by: 90 | -90): void {
  if (editor.readOnly.value) return;
  const turn = ((turnOf(editor, image) + by + 360) % 360) as Turn;
  const { turns } = deskOf(editor);
  turns.value = new Map(turns.value).set(turnKey(editor, image), turn);
  const edits = editor.regions.value
    .filter((region) => isShown(editor, image, region))
    .flatMap(({ items }) => items)
    .map((item) => replace(item, { ...item.result, image_rotation: turn }));
  if (edits.length > 0) editor.commit({ edits });
}
