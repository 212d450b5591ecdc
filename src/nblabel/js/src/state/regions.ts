import { replace } from "../core/changes";
import { regionId } from "../core/ids";
import type { Region, Value } from "../core/regions";
import type { Edit, Element, Item, Result } from "../core/types";
import type { Editor, Said } from "./editor";
import { formOf } from "./families";
import type { Place } from "./family";
import type { Named } from "./labels";
import { completed, ownKey, placeOf, whereOf } from "./places";
import { added, further, itemOf, revised } from "./results";
import { acceptedResult, dropping, settling } from "./suggestions";
import { isVisible } from "./visibility";

/** What becomes of one item of a region; without an item, a result that comes to it. */
export interface Written {
  readonly item?: Item;
  readonly result: Result | null;
}

/** Whether a region may be changed: neither locked nor read-only. */
export function mayChange(editor: Editor, region: Region): boolean {
  return (
    !editor.readOnly.value &&
    !editor.locked.value.has(region.id) &&
    !region.items.some(({ result }) => result.readonly === true)
  );
}

/**
 * What one gesture says that changes several regions, suggested and not; a suggestion that is
 * changed is thereby accepted.
 */
export function changing(
  editor: Editor,
  regions: readonly Region[],
  change: (region: Region) => readonly Written[],
): Said {
  const edits: Edit[] = [];
  const suggested: Item[] = [];
  let ordinal = editor.nextOrdinal;
  const add = (result: Result) => edits.push(added(result, ordinal++));
  for (const region of regions) {
    if (!mayChange(editor, region)) continue;
    const written = change(region);
    if (written.length === 0) continue;
    const become = new Map(written.flatMap(({ item, result }) => (item ? [[item, result]] : [])));
    for (const item of region.items) {
      const after = become.has(item) ? (become.get(item) ?? null) : item.result;
      if (!region.suggested) {
        if (become.has(item)) edits.push(replace(item, after));
        else if (written.some((one) => !one.item)) edits.push(...identifying(region, item));
        continue;
      }
      suggested.push(item);
      if (after) add(acceptedResult(editor, item.result, after));
    }
    for (const { item, result } of written) if (!item && result) add(result);
  }
  return { edits, ...settling(editor, suggested) };
}

/** A result without an id, that others are to share, is given the region's. */
const identifying = (region: Region, item: Item): Edit[] =>
  item.result.id === undefined ? [replace(item, { ...item.result, id: region.id })] : [];

/** One gesture, unless it says nothing. */
export function commit(editor: Editor, said: Said): void {
  if ((said.edits ?? []).length + (said.settled ?? []).length > 0) editor.commit(said);
}

/** Takes a label for what is drawn next, or relabels what is selected and may have it. */
export function takeLabel(editor: Editor, label: Element | null, control: Element): void {
  const { labels, selected, selection, tree } = editor;
  if (label) labels.use(label);
  const object = tree.value.text(control, "toName");
  const regions = selected.value.filter((region) => region.object === object);
  const fitting = regions.filter((region) => fits(editor, control, region));
  if (fitting.length > 0) {
    relabel(editor, label, control, fitting);
    return;
  }
  if (regions.length > 0) selection.value = [];
  // What was begun is kept with the label that it was begun with, where this one draws otherwise.
  const on = tree.value.named(object);
  const begun = on ? labels.ready(on) : [];
  if (control.tag !== "Labels" && !begun.some(({ tag }) => tag === control.tag))
    editor.drawing.value?.leave();
  labels.take(label, control);
}

function relabel(
  editor: Editor,
  label: Element | null,
  control: Element,
  regions: readonly Region[],
): void {
  const name = label && editor.tree.value.exported(label);
  const has = (region: Region) =>
    editor.labels.regionLabels(region).some((present) => present.element === label);
  const meant = regions.filter((at) => mayChange(editor, at));
  const more = meant.filter((region) => !has(region)).length;
  if (name !== null && more > 0 && !mayUse(editor, control, name, more)) return;
  commit(
    editor,
    changing(editor, meant, (region) => relabelled(editor, region, control, name)),
  );
}

function relabelled(
  editor: Editor,
  region: Region,
  control: Element,
  name: string | null,
): Written[] {
  const tree = editor.tree.value;
  const key = tree.tag(control)?.valueKey || "labels";
  const item = itemOf(region, tree.text(control, "name"));
  const given = item?.result.value?.[key] ?? item?.result.value?.labels;
  const present = Array.isArray(given) ? given.map(String) : [];
  // Of what a model suggests the label that is pressed is the one that is meant.
  const labels =
    name === null ? [] : region.suggested ? [name] : editor.labels.toggled(control, present, name);
  const allowed = labels.length > 0 || tree.flag(control, "allowEmpty");
  if (item) {
    if (allowed) return [{ item, result: revised(item.result, { [key]: labels }) }];
    return region.items.length > 1 ? [{ item, result: null }] : []; // it keeps its last label
  }
  const value = { ...whereOf(editor, region), [key]: labels };
  const result = further(tree, region, control, value);
  return result ? [{ result }] : [];
}

/** Whether a control's labels may stand on a region of this type. */
export function fits(editor: Editor, control: Element, region: Region): boolean {
  if (!editor.tree.value.labels(control)) return false;
  const type = control.tag.toLowerCase();
  if (type === "labels") return true;
  return region.items.some(
    ({ result }) => result.type === type || result.type === type.replace(/labels$/, ""),
  );
}

/** Whether `more` further uses keep within maxUsages; tells it where not. */
export function mayUse(editor: Editor, control: Element, name: Named, more: number): boolean {
  const tree = editor.tree.value;
  const label = editor.labels.named(control, name);
  const limit = (label && tree.number(label, "maxUsages")) ?? tree.number(control, "maxUsages");
  if (limit === null) return true;
  const used = editor.regions.value.filter((region) =>
    editor.labels.regionLabels(region).some((present) => present.name === name),
  ).length;
  if (used + more <= limit) return true;
  editor.tell(`You can't use ${name} more than ${limit} time(s)`);
  return false;
}

/** The controls that drawing on an object speaks for now: taken labels before plain tools. */
export function drawing(editor: Editor, object: Element): Element[] {
  const tree = editor.tree.value;
  const plain = tree.controls(object).filter((control) => !tree.labels(control));
  return [...editor.labels.ready(object), ...plain];
}

/** The places that can be drawn on an object, in the order of their controls. */
export function placesOn(editor: Editor, object: Element, places: readonly Place[]): Place[] {
  const types = editor.tree.value.controls(object).map(({ tag }) => tag.toLowerCase());
  const drawn = types.flatMap((type) => places.find((place) => place.types.includes(type)) ?? []);
  return [...new Set(drawn)];
}

/** Whether drawing a place on an object makes a region now, or a label must be taken first. */
export function canDraw(editor: Editor, object: Element, place: Place): boolean {
  return drawing(editor, object).some(({ tag }) => place.types.includes(tag.toLowerCase()));
}

/** The results of a region that is drawn, with the taken labels; none where it cannot be. */
export function drawn(editor: Editor, object: Element, place: Place, value: Value): Result[] {
  const { labels, tree } = { labels: editor.labels, tree: editor.tree.value };
  const draws = ({ tag }: Element) => place.types.includes(tag.toLowerCase());
  const labellers = labels
    .ready(object)
    .filter((control) => !tree.tag(control)?.region || control.tag === "Labels" || draws(control));
  const shaped = labellers.some(draws);
  const tool = shaped
    ? undefined
    : tree.controls(object).find((control) => !tree.labels(control) && draws(control));
  const said: [Element, Value][] = tool ? [[tool, value]] : [];
  for (const control of labellers) {
    const taken = labels.taken(control) ?? [];
    if (!taken.every((label) => mayUse(editor, control, label, 1))) return [];
    said.push([control, { ...value, [tree.tag(control)?.valueKey || "labels"]: taken }]);
  }
  const id = regionId();
  return said.map(([control, own]) => made(editor, id, object, control, own));
}

/** Makes a region with the taken labels, as one gesture. */
export function create(editor: Editor, object: Element, place: Place, value: Value): void {
  const { labels, tree } = { labels: editor.labels, tree: editor.tree.value };
  const results = drawn(editor, object, place, value);
  const id = results[0]?.id;
  if (id === undefined) return;
  const region: Region = {
    id,
    object: tree.text(object, "name"),
    items: results.map((result, ordinal) => ({ uid: id, ordinal, result })),
    suggested: false,
  };
  let ordinal = editor.nextOrdinal;
  const edits = [...results, ...initialOf(editor, region, value)].map((result) =>
    added(result, ordinal++),
  );
  editor.commit({ edits });
  const labellers = results
    .flatMap(({ from_name }) => tree.named(from_name) ?? [])
    .filter((control) => tree.labels(control));
  if (labellers.length === results.length && !place.goesOn)
    labels.release(labellers.filter((control) => !labels.keeps(control)));
  if (place.goesOn || editor.settings.value.selectAfterCreating) editor.selection.value = [id];
}

function made(editor: Editor, id: string, object: Element, control: Element, value: Value): Result {
  const tree = editor.tree.value;
  const name = tree.text(object, "name");
  const result = {
    id,
    from_name: tree.text(control, "name"),
    to_name: name,
    type: control.tag.toLowerCase(),
    origin: "manual",
    value,
  };
  return completed(editor, result, editor.shown.value.get(name));
}

/** What per-region controls say of a region from its start: choices with `selected`. */
function initialOf(editor: Editor, region: Region, where: Value): Result[] {
  const tree = editor.tree.value;
  return tree.elements.flatMap((control) => {
    if (tree.role(control) !== "control" || !tree.flag(control, "perRegion")) return [];
    if (tree.text(control, "toName") !== region.object) return [];
    const value = formOf(editor, control)?.initial?.(tree, control);
    if (!value || !isVisible(editor, control, region)) return [];
    const result = further(tree, region, control, { ...where, ...value });
    return result ? [result] : [];
  });
}

/** Moves or resizes regions, as one gesture; what else is said of them stays. */
export function reshape(
  editor: Editor,
  shapes: readonly { readonly region: Region; readonly value: Value }[],
): void {
  const tree = editor.tree.value;
  const become = new Map(shapes.map(({ region, value }) => [region, value]));
  const regions = shapes.map(({ region }) => region);
  const moved = (item: Item, value: Value): Written => {
    const { [ownKey(tree, item.result)]: _, ...where } = value;
    return { item, result: completed(editor, revised(item.result, where)) };
  };
  commit(
    editor,
    changing(editor, regions, (region) =>
      region.items.map((item) => moved(item, become.get(region) ?? {})),
    ),
  );
}

/** Deletes regions with the relations that end there; what lay inside them moves up. */
export function remove(editor: Editor, regions: readonly Region[]): void {
  const gone = regions.filter((region) => mayChange(editor, region));
  const suggested = gone.filter(({ suggested }) => suggested).flatMap(({ items }) => items);
  const settled = dropping(editor, suggested);
  const own = gone.filter(({ suggested }) => !suggested);
  const deleted = new Set(own.flatMap(({ items }) => items));
  const parents = new Map(own.map(({ id, items }) => [id, items[0]?.result.parentID]));
  const edits = editor.items.value.flatMap((item) => {
    const { result } = item;
    if (deleted.has(item)) return [replace(item, null)];
    const ends = result.type === "relation" ? [result.from_id, result.to_id] : [];
    if (ends.some((id) => parents.has(String(id)))) return [replace(item, null)];
    return parents.has(String(result.parentID)) ? [replace(item, lifted(result, parents))] : [];
  });
  commit(editor, { edits, settled });
}

/** A result whose parent is deleted, as a child of the nearest that stays; in a circle none does. */
function lifted(result: Result, parents: ReadonlyMap<string, unknown>): Result {
  const { parentID, ...rest } = result;
  const left = new Map(parents);
  let parent = parentID;
  for (let at = String(parent); left.has(at); at = String(parent)) {
    parent = left.get(at);
    left.delete(at);
  }
  if (parents.has(String(parent))) return rest;
  return parent === undefined ? rest : { ...rest, parentID: parent };
}

/** Copies regions, a little aside. */
export function duplicate(editor: Editor, regions: readonly Region[]): void {
  let ordinal = editor.nextOrdinal;
  const copied: string[] = [];
  const edits = regions
    .filter(({ suggested }) => !suggested)
    .flatMap((region) => {
      const id = regionId();
      copied.push(id);
      const shifted = placeOf(editor, region)?.shifted?.(whereOf(editor, region)) ?? {};
      return region.items.map(({ result }) =>
        added(
          { ...result, id, origin: "manual", value: { ...result.value, ...shifted } },
          ordinal++,
        ),
      );
    });
  if (edits.length === 0) return;
  editor.commit({ edits });
  editor.selection.value = copied;
}

/** Where a region is, and how large. */
export function describe(editor: Editor, region: Region): string {
  const place = placeOf(editor, region);
  const object = editor.tree.value.named(region.object);
  const shown = object && editor.view.value?.media[object.id];
  const media = shown?.[Number(region.items[0]?.result.item_index ?? 0)] ?? null;
  const value = whereOf(editor, region, place);
  return place?.describe(value, media) ?? region.items[0]?.result.type ?? "";
}

/** The words that a region marks; "" where it marks none. */
export function marked(editor: Editor, region: Region): string {
  const place = placeOf(editor, region);
  const value = whereOf(editor, region, place);
  if (typeof value.text === "string") return value.text.replaceAll("\\n", " ");
  const object = editor.tree.value.named(region.object);
  return (object && place?.marked?.(editor, object, value)) ?? "";
}
