import { regionId, uuid } from "../core/ids";
import { isRegion, type Region, regionsOf } from "../core/regions";
import type { Element, Item, Prediction, Result } from "../core/types";
import type { Editor, Said } from "./editor";
import type { Work } from "./work";

/** The prediction that is suggested: the newest. */
function shown(work: Work | null): Prediction | undefined {
  return work && work.state === "draft" ? work.view.predictions.at(-1) : undefined;
}

/** What is still suggested: neither accepted, changed nor rejected. */
function open(work: Work | null): Item[] {
  const prediction = shown(work);
  if (!work || !prediction) return [];
  const taken = new Set(work.items.map(({ result }) => `${result.from_name}\n${result.id}`));
  return prediction.results.flatMap((result, ordinal) => {
    const uid = `${prediction.id}#${ordinal}#${result.id ?? ""}`; // another one, once it is made anew
    const there = result.id !== undefined && taken.has(`${result.from_name}\n${result.id}`);
    return there || work.settled.has(uid) ? [] : [{ uid, ordinal, result }];
  });
}

/** The suggested regions of a task. */
export function suggestionsOf(work: Work | null): Region[] {
  return regionsOf(open(work));
}

/** What is suggested for a control on the whole task. */
export function suggestedFor(editor: Editor, control: Element): Item | undefined {
  if (editor.readOnly.value || editor.resultOf(control)) return undefined;
  const name = editor.tree.value.text(control, "name");
  const item = editor.itemFor(control);
  return open(editor.work.value).find(
    ({ result }) =>
      result.from_name === name &&
      !isRegion(result) &&
      (item === null || (result.item_index ?? 0) === item),
  );
}

/** The score of a suggestion, its result's own or its prediction's. */
export function scoreOf(editor: Editor, result: Result | undefined): number | null {
  if (typeof result?.score === "number") return result.score;
  return shown(editor.work.value)?.score ?? null;
}

/** What accepting suggested items says, as they are or changed; the work then began from them. */
export function accepting(
  editor: Editor,
  items: readonly Item[],
  changed?: (result: Result) => Result,
): Said {
  const prediction = shown(editor.work.value);
  if (prediction && items.length > 0) editor.beginFrom(prediction.id);
  let ordinal = editor.nextOrdinal;
  const edits = items.map(({ result }) => {
    const id = result.id ?? regionId();
    const origin = changed ? "prediction-changed" : "prediction";
    const after = { ...(changed ? changed(result) : result), id, origin };
    return { uid: uuid(), ordinal: ordinal++, before: null, after };
  });
  return { edits, settled: items.map(({ uid }) => uid) };
}

/** Accepts suggestions as one gesture. */
export function accept(
  editor: Editor,
  items: readonly Item[],
  changed?: (result: Result) => Result,
): void {
  if (items.length > 0) editor.commit(accepting(editor, items, changed));
}

/** Accepts everything that is suggested; in a labeler that advances, that is the answer. */
export function acceptAll(editor: Editor): void {
  const items = open(editor.work.value);
  if (items.length === 0) return;
  const said = accepting(editor, items);
  if (editor.advance.value) void editor.submit(said);
  else editor.commit(said);
}

/** Drops suggestions; undo brings them back. */
export function reject(editor: Editor, items: readonly Item[]): void {
  editor.commit({ settled: items.map(({ uid }) => uid) });
}
