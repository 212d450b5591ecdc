/** What there is for regions beside their marks: fetched where a config can make some. */
import type { Region } from "./core/regions";
import type { Editor } from "./state/editor";
import type { Family } from "./state/family";
import { inOrder, liftSelected, nestSelected } from "./state/outline";
import { duplicate, remove } from "./state/regions";
import { beginRelation } from "./state/relations";
import { Side } from "./views/side";
import styles from "./views/side.css";

const step = (by: 1 | -1) => (editor: Editor) => {
  const order = [...inOrder(editor), ...editor.suggestions.value];
  if (order.length === 0) return;
  const at = order.findIndex(({ id }) => id === editor.selection.value.at(-1));
  const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
  editor.selection.value = [order[next]?.id ?? ""];
};

const ids = (regions: readonly Region[]) => regions.map(({ id }) => id);

export const family: Family = {
  views: {},
  styles,
  list: { View: Side, order: inOrder },
  commands: {
    "region:cycle": step(1),
    "region:previous": step(-1),
    "region:duplicate": (editor) => duplicate(editor, editor.selected.value),
    "region:delete-all": (editor) => remove(editor, editor.regions.value),
    "region:unselect": (editor) => {
      editor.selection.value = [];
    },
    "region:visibility": (editor) => editor.toggle(editor.hidden, editor.selection.value),
    "region:visibility-all": (editor) => editor.toggle(editor.hidden, ids(editor.regions.value)),
    "region:lock": (editor) => editor.toggle(editor.locked, editor.selection.value),
    "region:relation": beginRelation,
    "region:relations": ({ showsRelations }) => {
      showsRelations.value = !showsRelations.value;
    },
    "region:meta": (editor) => {
      editor.noting.value = editor.selection.value.at(-1) ?? null;
    },
    "region:nest": nestSelected,
    "region:lift": liftSelected,
  },
};
