import type { Edit, Item, Result } from "./types";

/** Whether two JSON values are the same, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Uint8Array)
    return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** The items after the edits, in order. */
export function apply(items: readonly Item[], edits: readonly Edit[]): readonly Item[] {
  const edited = new Map(edits.map((edit) => [edit.uid, edit]));
  const next: Item[] = [];
  let ordered = true;
  for (const item of items) {
    const edit = edited.get(item.uid);
    if (!edit) next.push(item);
    else if (edit.after) next.push({ ...item, ordinal: edit.ordinal, result: edit.after });
    edited.delete(item.uid);
  }
  for (const { uid, ordinal, after } of edited.values()) {
    if (!after) continue;
    ordered &&= ordinal >= (next.at(-1)?.ordinal ?? ordinal);
    next.push({ uid, ordinal, result: after });
  }
  return ordered ? next : next.sort((a, b) => a.ordinal - b.ordinal);
}

/** What makes of some items some others. */
export function between(before: readonly Item[], after: readonly Item[]): Edit[] {
  const there = new Map(before.map((item) => [item.uid, item]));
  const edits: Edit[] = [];
  for (const { uid, ordinal, result } of after) {
    const was = there.get(uid)?.result ?? null;
    if (!sameJson(was, result)) edits.push({ uid, ordinal, before: was, after: result });
    there.delete(uid);
  }
  return [...edits, ...[...there.values()].map((item) => replace(item, null))];
}

/** What takes the edits back. */
export function inverse(edits: readonly Edit[]): Edit[] {
  return edits.map(({ uid, ordinal, before, after }) => ({
    uid,
    ordinal,
    before: after,
    after: before,
  }));
}

/** Whether the items are such as the edits expect to find them. */
export function applies(items: readonly Item[], edits: readonly Edit[]): boolean {
  const present = new Map(items.map((item) => [item.uid, item.result]));
  return edits.every(({ uid, before }) => sameJson(present.get(uid) ?? null, before));
}

/** The edit that says that a suggestion is settled: it finds nothing, and leaves nothing. */
export const settling = (uid: string): Edit => ({ uid, ordinal: 0, before: null, after: null });

/** What edits do to the results, and the suggestions that they settle. */
export function parted(edits: readonly Edit[]): { edits: Edit[]; settled: string[] } {
  const settles = ({ before, after }: Edit) => before === null && after === null;
  return {
    edits: edits.filter((edit) => !settles(edit)),
    settled: edits.filter(settles).map(({ uid }) => uid),
  };
}

/** The edit that replaces an item's result; null deletes it. */
export function replace(item: Item, after: Result | null): Edit {
  return { uid: item.uid, ordinal: item.ordinal, before: item.result, after };
}
