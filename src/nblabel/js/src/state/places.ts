import { firstValue, type Region, type Value } from "../core/regions";
import type { Item, Result } from "../core/types";
import type { Editor } from "./editor";
import { familyOf, placesIn } from "./families";
import type { Place } from "./family";
import type { Tree } from "./tree";

/** The place of a region: one of its object's, by the type of a result, else by most keys. */
export function placeOf(editor: Editor, region: Region): Place | undefined {
  const tree = editor.tree.value;
  const tag = tree.named(region.object)?.tag ?? "";
  const places = placesIn(editor, tag);
  const byType = places.find(({ types }) =>
    region.items.some(({ result }) => types.includes(String(result.type))),
  );
  if (byType) return byType;
  const value = placingValue(editor, region);
  const fitting = places.filter(({ keys: [first] }) => first !== undefined && first in value);
  return fitting.sort((a, b) => likeness(b, value) - likeness(a, value))[0];
}

/** How much of a place a value says; of two that it says as much of, the one it says whole. */
const likeness = ({ keys }: Place, value: Value): number =>
  2 * keys.filter((key) => key in value).length - keys.length / (keys.length + 1);

/** The item that says where a region is: a drawing control's before what else is said of it. */
export function placing(tree: Tree, { items }: Region): Item | undefined {
  const drawn = items.find(({ result }) => {
    const control = tree.named(result.from_name);
    return control && tree.tag(control)?.region;
  });
  return drawn ?? items[0];
}

/** The value that says where a region is, whatever else it says. */
export const placingValue = (editor: Editor, region: Region): Value =>
  placing(editor.tree.value, region)?.result.value ?? firstValue(region);

/** Where a region is, without what its controls say of it. */
export function whereOf(editor: Editor, region: Region, place = placeOf(editor, region)): Value {
  const tree = editor.tree.value;
  const item = placing(tree, region);
  const value = item?.result.value ?? firstValue(region);
  const keys = place?.keys;
  const own = ownKey(tree, item?.result);
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => (keys ? keys.includes(key) : key !== own)),
  );
}

/** The key under which a result keeps what its control says. */
export function ownKey(tree: Tree, result: Result | undefined): string {
  const control = tree.named(result?.from_name);
  return (control && tree.tag(control)?.valueKey) ?? "";
}

/** A result with what its object's results hold beside their value, where it lacks that. */
export function completed(
  editor: Editor,
  result: Result,
  item = Number(result.item_index ?? 0),
): Result {
  const object = editor.tree.value.named(result.to_name);
  const family = object && familyOf(editor, object);
  return object && family?.fields ? { ...family.fields(editor, object, item), ...result } : result;
}
