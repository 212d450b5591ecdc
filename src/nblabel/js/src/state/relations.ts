import { replace } from "../core/changes";
import type { Region } from "../core/regions";
import type { Edit, Element, Item, Result } from "../core/types";
import type { Editor } from "./editor";
import { changing, commit } from "./regions";
import { added } from "./results";
import { accepting } from "./suggestions";

/** One region in relation to another, as a result without a value says it. */
export interface Relation {
  readonly item: Item;
  readonly from: string;
  readonly to: string;
  readonly direction: Direction;
  readonly labels: readonly string[];
  readonly suggested: boolean;
}

export type Direction = "right" | "left" | "bi";

const NEXT: Readonly<Record<Direction, Direction>> = { right: "bi", bi: "left", left: "right" };

function relationOf(item: Item, suggested: boolean): Relation[] {
  const { type, from_id, to_id, direction, labels } = item.result;
  if (type !== "relation") return [];
  return [
    {
      item,
      from: String(from_id),
      to: String(to_id),
      direction: direction === "left" || direction === "bi" ? direction : "right",
      labels: Array.isArray(labels) ? labels.map(String) : [],
      suggested,
    },
  ];
}

/** The relations whose ends are there, those that are suggested after the others. */
export const relationsOf = (editor: Editor): Relation[] =>
  [
    ...editor.items.value.flatMap((item) => relationOf(item, false)),
    ...editor.suggested.value.flatMap((item) => relationOf(item, true)),
  ].filter(({ from, to }) => editor.regionOf(from) && editor.regionOf(to));

/** What a relation may be called: the labels of <Relations>, and where they stand. */
export function relationLabels(editor: Editor): {
  control: Element | undefined;
  labels: Element[];
} {
  const tree = editor.tree.value;
  const control = tree.elements.find(({ tag }) => tag === "Relations");
  return { control, labels: control ? [...tree.options(control)] : [] };
}

/** Relates what was picked to what it was begun from, once both are known. */
export function finishRelation(editor: Editor): void {
  const { from, to } = editor.relating.value ?? {};
  if (from !== undefined && to !== undefined) relate(editor, from, to);
}

/** Relates two regions, as one gesture; what was only suggested of them is accepted by it. */
export function relate(editor: Editor, from: string, to: string): void {
  editor.relating.value = null;
  const ends = [editor.regionOf(from), editor.regionOf(to)].filter((end) => end !== undefined);
  if (ends.length < 2 || from === to) return;
  const same = relationsOf(editor).find((one) => one.from === from && one.to === to);
  if (same) {
    if (same.suggested) acceptRelation(editor, same);
    else editor.tell("These two are related already.", "info");
    return;
  }
  const said = changing(editor, ends, (region) => identified(region));
  const edits = said.edits ?? [];
  const result = { type: "relation", from_id: from, to_id: to, direction: "right" };
  editor.commit({ ...said, edits: [...edits, added(result, after(editor, edits))] });
}

/** A region's results as a relation needs them: suggested ones taken, and all with an id. */
const identified = ({ items, suggested, id }: Region) =>
  items
    .filter(({ result }) => suggested || result.id === undefined)
    .map((item) => ({ item, result: { ...item.result, id } }));

const after = (editor: Editor, edits: readonly Edit[]): number =>
  edits.reduce((next, { ordinal }) => Math.max(next, ordinal + 1), editor.nextOrdinal);

/** One gesture that changes a relation; a suggested one is accepted by it, with its ends. */
function change(editor: Editor, relation: Relation, result: Result): void {
  const { item, suggested } = relation;
  if (!suggested) {
    commit(editor, { edits: [replace(item, result)] });
    return;
  }
  const said = accepting(editor, endsOf(editor, relation));
  const edits = said.edits ?? [];
  editor.commit({
    ...said,
    edits: [...edits, added(result, after(editor, edits))],
    settled: [...(said.settled ?? []), item.uid],
  });
}

/** The results of the ends that are only suggested. */
const endsOf = (editor: Editor, { from, to }: Relation): readonly Item[] =>
  [from, to].flatMap((id) => {
    const end = editor.regionOf(id);
    return end?.suggested ? end.items : [];
  });

/** Takes a suggested relation over, with its ends. */
export const acceptRelation = (editor: Editor, relation: Relation): void =>
  change(editor, relation, relation.item.result);

/** Turns a relation: there, both ways, back. */
export function turn(editor: Editor, relation: Relation): void {
  const direction = NEXT[relation.direction];
  change(editor, relation, { ...relation.item.result, direction });
}

/** Gives a relation a label, or takes it back; with choice="single" it has one at most. */
export function call(editor: Editor, relation: Relation, label: string): void {
  const { control } = relationLabels(editor);
  const single = control && editor.tree.value.text(control, "choice") === "single";
  const had = relation.labels.includes(label);
  const kept = single ? [] : relation.labels.filter((other) => other !== label);
  const labels = had ? kept : [...kept, label];
  const { labels: _, ...rest } = relation.item.result;
  const result = labels.length > 0 ? { ...rest, labels } : rest;
  change(editor, relation, result);
}

export function unrelate(editor: Editor, { item, suggested }: Relation): void {
  editor.commit(suggested ? { settled: [item.uid] } : { edits: [replace(item, null)] });
}
