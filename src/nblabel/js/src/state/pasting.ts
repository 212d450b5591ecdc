import { sameJson } from "../core/changes";
import { regionId } from "../core/ids";
import type { Region, Value } from "../core/regions";
import type { Edit, Element, Item, Result } from "../core/types";
import { type Copied, type CopiedRegion, taskOf } from "./clipboard";
import type { Editor } from "./editor";
import type { Named } from "./labels";
import { completed, ownKey, placeOf, whereOf } from "./places";
import { mayUse } from "./regions";
import { added } from "./results";

/** What is of the image or of the model that a copy comes from, and not of where it lands. */
const LEFT = /^(original_\w+|image_rotation|item_index|score|readonly|parentID)$/;

/** Puts copied regions on what is on screen, in one gesture; what does not fit there is told. */
export function paste(editor: Editor, copied: Copied): void {
  if (editor.readOnly.value || !editor.view.value) return;
  const ids = new Map<string, string>();
  const edits: Edit[] = [];
  const refused = new Set<string>();
  let ordinal = editor.nextOrdinal;
  for (const given of copied.regions) {
    const before = edits.flatMap(({ after }) => (after ? [after] : []));
    const landed = landing(editor, given, copied.task === taskOf(editor), before);
    if (typeof landed === "string") refused.add(landed);
    else {
      ids.set(given.id, landed.id);
      for (const { result } of landed.items) edits.push(added(result, ordinal++));
    }
  }
  const inside = new Map(
    copied.regions.map(({ id, results }) => [ids.get(id), parentIn(editor, results, ids)]),
  );
  const nested = edits.map((edit): Edit => {
    const parentID = inside.get(edit.after?.id);
    return parentID ? { ...edit, after: { ...edit.after, parentID } } : edit;
  });
  for (const { from_id, to_id, ...relation } of copied.relations) {
    const [from, to] = [ids.get(String(from_id)), ids.get(String(to_id))];
    if (from && to)
      nested.push(added({ ...relation, type: "relation", from_id: from, to_id: to }, ordinal++));
  }
  if (refused.size > 0) {
    const left = copied.regions.length - ids.size;
    const many = copied.regions.length > 1 ? `${left} of ${copied.regions.length} regions` : "It";
    editor.tell(`${many} cannot be pasted here: ${[...refused].join("; ")}.`, "info");
  }
  if (ids.size === 0) return;
  editor.commit({ edits: nested });
  editor.selection.value = [...ids.values()];
}

/** The region that a copy lies in: a copy too, or, on its own task, what it lay in. */
function parentIn(
  editor: Editor,
  results: readonly Result[],
  ids: ReadonlyMap<string, string>,
): string | undefined {
  const parent = results.find(({ parentID }) => parentID !== undefined)?.parentID;
  if (parent === undefined) return undefined;
  return ids.get(String(parent)) ?? editor.regionOf(String(parent))?.id;
}

/** A copy as a region on what is on screen; a text says why there is no place for it. */
function landing(
  editor: Editor,
  copied: CopiedRegion,
  home: boolean,
  before: readonly Result[],
): Region | string {
  const tree = editor.tree.value;
  const { tag, name } = copied.on;
  const same = tree.named(name);
  const object = same?.tag === tag ? same : tree.elements.find((element) => element.tag === tag);
  if (!object) return `there is no <${tag}>`;
  const id = regionId();
  const target = tree.text(object, "name");
  const item = editor.shown.value.get(target);
  const items = copied.results.flatMap((result, ordinal): Item[] => {
    const control = controlFor(editor, object, result);
    if (!control) return [];
    const kept = Object.entries(result).filter(([field]) => !LEFT.test(field));
    const named = { id, from_name: tree.text(control, "name"), to_name: target, origin: "manual" };
    const moved = completed(editor, { ...Object.fromEntries(kept), ...named }, item);
    return [{ uid: String(ordinal), ordinal, result: moved }];
  });
  const region = { id, object: target, items, suggested: false };
  if (!items.some(({ result }) => isDrawn(editor, result))) return "no control there has its label";
  const [at] = items;
  const there = home && target === name && itemIn(copied.results[0]) === itemIn(at?.result);
  const where = placed(editor, object, region, copied, there);
  if (typeof where === "string") return where;
  const over = items.find(({ result }) => !allowed(editor, result, before));
  if (over) return "its label is used as often as it may be";
  const landed = items.map((item) => {
    const { [ownKey(tree, item.result)]: _, ...rest } = where;
    return { ...item, result: { ...item.result, value: { ...item.result.value, ...rest } } };
  });
  return { ...region, items: landed };
}

const itemIn = (result: Result | undefined): number => Number(result?.item_index ?? 0);

const isDrawn = (editor: Editor, result: Result): boolean => {
  const control = editor.tree.value.named(result.from_name);
  return control !== undefined && editor.tree.value.tag(control)?.region === true;
};

/** Where a copy lies: a little aside of what it was copied from, else as its place fits elsewhere. */
function placed(
  editor: Editor,
  object: Element,
  region: Region,
  { results, words }: CopiedRegion,
  there: boolean,
): Value | string {
  const place = placeOf(editor, region);
  const value = whereOf(editor, region, place);
  if (there) return aside(editor, region, value);
  const [from] = results;
  if (place?.pasted && from) return place.pasted(editor, object, value, { result: from, words });
  const same = words !== "" && place?.marked?.(editor, object, value) === words;
  return place?.shape || same ? value : `regions of <${object.tag}> stay on their own data`;
}

/** So far aside that nothing lies there as it does. */
function aside(editor: Editor, region: Region, from: Value): Value {
  const place = placeOf(editor, region);
  const others = editor.regions.value
    .filter((other) => other.object === region.object)
    .map((other) => whereOf(editor, other, place));
  let value = from;
  while (place?.shifted && others.some((other) => sameJson(other, value))) {
    const next = { ...value, ...place.shifted(value) };
    if (sameJson(next, value)) return value; // it is at the edge
    value = next;
  }
  return value;
}

/** The control that says it here: the one of its name, else another of its kind with its label. */
function controlFor(editor: Editor, object: Element, result: Result): Element | undefined {
  const tree = editor.tree.value;
  const fits = (control: Element | undefined): control is Element =>
    control !== undefined &&
    control.tag.toLowerCase() === result.type &&
    tree.text(control, "toName") === tree.text(object, "name") &&
    knows(editor, control, result);
  const own = tree.named(result.from_name);
  return fits(own) ? own : tree.controls(object).find(fits);
}

/** Whether a control has all the labels or choices that a result says. */
function knows(editor: Editor, control: Element, { value }: Result): boolean {
  const tree = editor.tree.value;
  const options = tree.options(control).map((option) => tree.exported(option));
  const said = value?.[tree.tag(control)?.valueKey ?? ""];
  if (options.length === 0 || !Array.isArray(said)) return true;
  return said.flat(2).every((one) => options.includes(String(one)));
}

/** Whether one more use of its labels, after those pasted before, keeps within maxUsages. */
function allowed(editor: Editor, result: Result, before: readonly Result[]): boolean {
  const tree = editor.tree.value;
  const control = tree.named(result.from_name);
  const key = control && tree.labels(control) ? tree.tag(control)?.valueKey || "labels" : "";
  const labelsOf = ({ value }: Result) => [value?.[key] ?? []].flat();
  return labelsOf(result).every((label) => {
    const same = before.filter((other) => labelsOf(other).map(String).includes(String(label)));
    return !control || mayUse(editor, control, label as Named, same.length + 1);
  });
}
