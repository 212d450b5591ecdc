import { regionId, uuid } from "../core/ids";
import type { Region, Value } from "../core/regions";
import type { Edit, Element, Item, Result } from "../core/types";
import type { Tree } from "./tree";

/** What all results of a region share beside the place in their values. */
const SHARED = /^(original_\w+|image_rotation|item_index|parentID)$/;

/** The edit that adds a result. */
export const added = (after: Result, ordinal: number): Edit => ({
  uid: uuid(),
  ordinal,
  before: null,
  after,
});

/** A new result of a control on the whole task, or on one item of a list. */
export function statement(tree: Tree, control: Element, value: Value, item: number | null): Result {
  return {
    id: regionId(),
    from_name: tree.text(control, "name"),
    to_name: tree.target(control),
    type: control.tag.toLowerCase(),
    origin: "manual",
    ...(item === null ? {} : { item_index: item }),
    value,
  };
}

/**
 * A further result of a region: a person says it, so that of what a model said only the place
 * comes along.
 */
export function further(
  tree: Tree,
  region: Region,
  control: Element,
  value: Value,
): Result | undefined {
  const model = region.items[0]?.result;
  if (!model) return undefined;
  const shared = Object.entries(model).filter(([field]) => SHARED.test(field));
  return {
    ...Object.fromEntries(shared),
    id: region.id,
    from_name: tree.text(control, "name"),
    to_name: region.object,
    type: control.tag.toLowerCase(),
    origin: "manual",
    value,
  };
}

/** A changed copy of a result; what a model said and a person changed is marked so. */
export function revised(result: Result, value: Value): Result {
  const origin = result.origin === "prediction" ? { origin: "prediction-changed" } : {};
  return { ...result, ...origin, value: { ...result.value, ...value } };
}

/** The item of a region that a control made. */
export function itemOf(region: Region, control: string): Item | undefined {
  return region.items.find(({ result }) => result.from_name === control);
}
