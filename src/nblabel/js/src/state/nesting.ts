import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import { outline, parentOf } from "./outline";
import { changing, commit } from "./regions";

/** Puts regions inside another, or, with null, outermost; none comes to lie in itself. */
export function nest(editor: Editor, regions: readonly Region[], into: string | null): void {
  const parents = new Map(editor.regions.value.map((at) => [at.id, parentOf(at)]));
  const around = new Set<string>();
  for (let at = into ?? undefined; at !== undefined && !around.has(at); at = parents.get(at))
    around.add(at);
  const meant = regions.filter(({ id }) => !around.has(id) && (parents.get(id) ?? null) !== into);
  commit(
    editor,
    changing(editor, meant, ({ items }) =>
      items.map((item) => {
        const { parentID: _, ...rest } = item.result;
        return { item, result: into === null ? rest : { ...rest, parentID: into } };
      }),
    ),
  );
}

/** Puts the selected regions inside the one that stands before them in the list. */
export function nestSelected(editor: Editor): void {
  const { value: selected } = editor.selected;
  const placed = outline(editor).flatMap(({ regions }) => regions);
  const at = placed.findIndex(({ region }) => selected.includes(region));
  const depth = placed[at]?.depth ?? 0;
  const before = placed.slice(0, Math.max(0, at)).findLast((one) => one.depth === depth);
  if (before) nest(editor, selected, before.region.id);
}

/** Takes the selected regions out of the one they lie in, into what that lies in. */
export function liftSelected(editor: Editor): void {
  const { value: selected } = editor.selected;
  const [first] = selected;
  const parent = first && parentOf(first);
  if (parent === undefined) return;
  const outer = editor.regionOf(parent);
  nest(editor, selected, (outer && parentOf(outer)) ?? null);
}
