import type { Region } from "../core/regions";
import type { Result } from "../core/types";
import type { Editor } from "./editor";
import { placeOf, whereOf } from "./places";

/** Regions that were copied, as they were then, with what is said of them. */
export interface Copied {
  /** Of which task of which project. */
  readonly task: string;
  readonly regions: readonly CopiedRegion[];
  /** Those between two of them. */
  readonly relations: readonly Result[];
}

export interface CopiedRegion {
  readonly id: string;
  /** The tag and the name of its object. */
  readonly on: { readonly tag: string; readonly name: string };
  readonly results: readonly Result[];
  /** The words that it marks; "" where it marks none. */
  readonly words: string;
}

/** What was copied last by any labeler on the page. */
let last: Copied | null = null;

export const copied = (): Copied | null => last;

/** Which task is on screen, wherever it is looked at. */
export const taskOf = ({ spec, view }: Editor): string =>
  `${spec.store}\n${spec.project}\n${view.value?.key}`;

/** Copies the selected regions, with the relations between them; null where none is selected. */
export function copy(editor: Editor): Copied | null {
  const { value: selected } = editor.selected;
  if (selected.length === 0) return null;
  const ids = new Set(selected.map(({ id }) => id));
  const has = (id: unknown) => ids.has(String(id));
  last = {
    task: taskOf(editor),
    regions: selected.map((region) => copiedRegion(editor, region)),
    relations: editor.items.value
      .map(({ result }) => result)
      .filter(({ type, from_id, to_id }) => type === "relation" && has(from_id) && has(to_id)),
  };
  return last;
}

function copiedRegion(editor: Editor, region: Region): CopiedRegion {
  const tree = editor.tree.value;
  const object = tree.named(region.object);
  const value = whereOf(editor, region);
  const own = object && placeOf(editor, region)?.marked?.(editor, object, value);
  const saved = typeof value.text === "string" ? value.text.replaceAll("\\n", "\n") : "";
  return {
    id: region.id,
    on: { tag: object?.tag ?? "", name: region.object },
    results: region.items.map(({ result }) => result),
    words: own || saved,
  };
}
