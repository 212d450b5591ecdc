import type { Item, Result } from "./types";

/** A place in an object and what is said of it: the results that share an id and an object. */
export interface Region {
  /** The results' id, or the item's uid where they have none. */
  readonly id: string;
  readonly object: string;
  readonly items: readonly Item[];
}

const GEOMETRY = ["points", "shape", "sequence", "ranges", "imageDataURL"];

/**
 * Whether a result marks a place: Label Studio takes a value with at most one key and no geometry
 * for a statement about the whole task.
 */
export function isRegion(result: Result): boolean {
  if (result.type === "relation" || !result.value) return false;
  const keys = Object.keys(result.value);
  return keys.length > 1 || keys.some((key) => GEOMETRY.includes(key));
}

/** The regions among the items, in the order of their first results. */
export function regionsOf(items: readonly Item[]): Region[] {
  const regions = new Map<string, { id: string; object: string; items: Item[] }>();
  for (const item of items) {
    if (!isRegion(item.result)) continue;
    const id = item.result.id ?? item.uid;
    const object = item.result.to_name ?? "";
    const place = `${object}\n${id}`;
    const region = regions.get(place);
    if (region) region.items.push(item);
    else regions.set(place, { id: String(id), object, items: [item] });
  }
  return [...regions.values()];
}

/** A region's value with everything that its results say of the place. */
export function geometryOf(region: Region): Readonly<Record<string, unknown>> {
  return region.items[0]?.result.value ?? {};
}
