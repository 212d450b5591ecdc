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
  if (editor.prompt.value?.items.some((item) => item.result === result)) return null;
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

/**
 * What settles suggested items, where the work then begins from their prediction; what was asked
 * for while drawing is kept nowhere.
 */
export function settling(editor: Editor, items: readonly Item[]): Said & { settled: string[] } {
  const asked = editor.prompt.value?.items ?? [];
  const settled = items.filter((item) => !asked.includes(item)).map(({ uid }) => uid);
  return { settled, from: settled.length > 0 ? (editor.prediction.value?.id ?? null) : null };
}

/** What accepting suggested items says. */
export function accepting(editor: Editor, items: readonly Item[]): Said {
  let ordinal = editor.nextOrdinal;
  const edits = items.map(({ result }) => added(acceptedResult(editor, result), ordinal++));
  return { edits, ...settling(editor, items) };
}

/** Accepts suggestions as one gesture. */
export function accept(editor: Editor, items: readonly Item[]): void {
  if (items.length > 0) editor.commit(accepting(editor, items));
}

/** What dropping suggestions settles; what was asked for is gone at once. */
export function dropping(editor: Editor, items: readonly Item[]): string[] {
  const { settled } = settling(editor, items);
  if (settled.length < items.length) editor.prompt.value = null;
  return settled;
}

/** Drops suggestions; undo brings them back. */
export function reject(editor: Editor, items: readonly Item[]): void {
  const settled = dropping(editor, items);
  if (settled.length > 0) editor.commit({ settled });
}
