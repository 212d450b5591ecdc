import type { Item, Result } from "./types";

/** A part of an object and what is said of it: the results that share an id and an object. */
export interface Region {
  /** The results' id, or the item's uid where they have none. */
  readonly id: string;
  readonly object: string;
  readonly items: readonly Item[];
  /** Whether a model says it, and nobody has accepted it. */
  readonly suggested: boolean;
}

const GEOMETRY = ["points", "shape", "sequence", "ranges", "imageDataURL"];

/**
 * Whether a result marks a region: Label Studio takes a value with at most one key and no geometry
 * for a statement about the whole task.
 */
export function isRegion(result: Result): boolean {
  if (result.type === "relation" || !result.value) return false;
  const keys = Object.keys(result.value);
  return keys.length > 1 || keys.some((key) => GEOMETRY.includes(key));
}

interface Alone {
  /** What the items of one region share. */
  readonly address: string;
  readonly region: Region;
}

/** Each item as a region of its own, null where it is none; of many, few change at a time. */
const known = new WeakMap<Item, Alone | null>();

function alone(item: Item, suggested: boolean): Alone | null {
  let made = known.get(item);
  if (made === undefined) {
    const id = String(item.result.id ?? item.uid);
    const object = item.result.to_name ?? "";
    const region = { id, object, items: [item], suggested };
    made = isRegion(item.result) ? { address: `${object}\n${id}`, region } : null;
    known.set(item, made);
  }
  return made;
}

/** The regions among the items, in the order of their first results. */
export function regionsOf(items: readonly Item[], suggested = false): Region[] {
  const regions = new Map<string, Region>();
  for (const item of items) {
    const own = alone(item, suggested);
    if (!own) continue;
    const first = regions.get(own.address);
    regions.set(own.address, first ? { ...first, items: [...first.items, item] } : own.region);
  }
  return [...regions.values()];
}

export type Value = Readonly<Record<string, unknown>>;

/** The value that says where a region is: that of its first result. */
export const firstValue = (region: Region): Value => region.items[0]?.result.value ?? {};
