import { regionId } from "../core/ids";
import { isRegion } from "../core/regions";
import type { Element, Item, Result } from "../core/types";
import type { Editor, Said } from "./editor";
import { completed } from "./places";
import { added } from "./results";

/** What is suggested for a control on the whole task, where nobody has said anything yet. */
export function suggestedFor(editor: Editor, control: Element): Item | undefined {
  if (editor.readOnly.value || editor.resultOf(control)) return undefined;
  const name = editor.tree.value.text(control, "name");
  const item = editor.itemFor(control);
  return editor.suggested.value.find(
    ({ result }) =>
      result.from_name === name &&
      !isRegion(result) &&
      (item === null || (result.item_index ?? 0) === item),
  );
}

/** How many suggestions nobody has looked at: not settled, nor answered otherwise. */
export function unreviewed(editor: Editor): number {
  const open = editor.suggested.value.filter(({ result }) => {
    const control = editor.tree.value.named(result.from_name);
    const perItem = control && editor.itemFor(control) !== null;
    const item = perItem ? Number(result.item_index ?? 0) : null;
    return isRegion(result) || !control || !editor.resultOf(control, item);
  });
  return new Set(open.map(({ uid, result }) => (isRegion(result) && result.id) || uid)).size;
}

/** The score of a suggestion, its result's own or its prediction's. */
export function scoreOf(editor: Editor, result: Result | undefined): number | null {
  if (typeof result?.score === "number") return result.score;
  return editor.prediction.value?.score ?? null;
}

/** A suggested result as a person's who accepts it, as it is or changed. */
export function acceptedResult(editor: Editor, suggested: Result, changed?: Result): Result {
  const result = changed ?? suggested;
  if (result.type === "relation") return result; // it has neither an id nor an origin
  const id = result.id ?? regionId();
  const origin = changed ? "prediction-changed" : "prediction";
  return { ...(isRegion(result) ? completed(editor, result) : result), id, origin };
}

/** What accepting suggested items says; the work then began from their prediction. */
export function accepting(editor: Editor, items: readonly Item[]): Said {
  let ordinal = editor.nextOrdinal;
  return {
    edits: items.map(({ result }) => added(acceptedResult(editor, result), ordinal++)),
    settled: items.map(({ uid }) => uid),
    from: editor.prediction.value?.id ?? null,
  };
}

/** Accepts suggestions as one gesture. */
export function accept(editor: Editor, items: readonly Item[]): void {
  if (items.length > 0) editor.commit(accepting(editor, items));
}

/** Drops suggestions; undo brings them back. */
export function reject(editor: Editor, items: readonly Item[]): void {
  if (items.length > 0) editor.commit({ settled: items.map(({ uid }) => uid) });
}
