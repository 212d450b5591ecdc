import { replace } from "../core/changes";
import { isRegion } from "../core/regions";
import type { Item, Result } from "../core/types";
import type { Editor } from "./editor";
import { added } from "./results";

/** What of mine a result of somebody else's takes the place of. */
function isReplaced({ result: mine }: Item, theirs: Result): boolean {
  if (mine.from_name !== theirs.from_name || mine.to_name !== theirs.to_name) return false;
  if (isRegion(mine) || isRegion(theirs)) return mine.id !== undefined && mine.id === theirs.id;
  return mine.type === theirs.type && (mine.item_index ?? 0) === (theirs.item_index ?? 0);
}

/** As a person says it, who is no model. */
function taken({ score: _, ...result }: Result): Result {
  return result;
}

/** Takes over what somebody else said, as one gesture; one answer stays one. */
export function copyToMine(editor: Editor): void {
  const { other } = editor;
  const work = editor.work.value;
  if (!other || !work) return;
  const theirs = other.items.map(({ result }) => result);
  const replaced = work.items.filter((item) => theirs.some((result) => isReplaced(item, result)));
  editor.looking.value = null;
  let ordinal = editor.nextOrdinal;
  const copies = theirs.map((result) => added(taken(result), ordinal++));
  editor.commit({ edits: [...replaced.map((item) => replace(item, null)), ...copies] });
}
