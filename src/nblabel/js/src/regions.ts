/** What there is for regions beside their marks: fetched where a config can make some. */
import { words } from "./base/words";
import type { Region } from "./core/regions";
import { copied, copy } from "./state/clipboard";
import type { Editor } from "./state/editor";
import type { Family } from "./state/family";
import { inOrder } from "./state/outline";
import { duplicate, remove } from "./state/regions";
import { beginRelation } from "./state/relating";
import { comingCode } from "./tags/_code";
import { Side } from "./views/side";
import styles from "./views/side.css";
import { fetchCode } from "./wire/code";

const step = (by: 1 | -1) => (editor: Editor) => {
  const order = [...inOrder(editor), ...editor.suggestions.value];
  if (order.length === 0) return;
  const at = order.findIndex(({ id }) => id === editor.selection.value.at(-1));
  const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
  editor.selection.value = [order[next]?.id ?? ""];
};

/** Whether text is selected where the keyboard is: then the browser copies that. */
function textIsSelected(): boolean {
  let root: Document | ShadowRoot = document;
  for (let inside = root.activeElement?.shadowRoot; inside; inside = root.activeElement?.shadowRoot)
    root = inside;
  const { getSelection } = "getSelection" in root ? root : document;
  return String(getSelection.call(root) ?? "") !== "";
}

/** What pastes is fetched with the first copy, and is there when it is needed. */
const pasting = async (editor: Editor) => {
  const [module] = await fetchCode(editor.wire, ["clipboard"], editor.spec.hash);
  return module as typeof import("./clipboard");
};

function copySelected(editor: Editor): boolean {
  const taken = textIsSelected() ? null : copy(editor);
  if (!taken) return false;
  pasting(editor)
    .then(({ tellSystem }) => tellSystem(taken))
    .catch(() => undefined); // who pastes is told
  return true;
}

async function pasteCopied(editor: Editor): Promise<void> {
  try {
    const { paste, copiedElsewhere } = await pasting(editor);
    const found = copied() ?? (await copiedElsewhere());
    if (found) paste(editor, found);
    else editor.tell("Nothing was copied.", "info");
  } catch (error) {
    editor.tell(words(error));
  }
}

/** What comes with the panels is seldom done at once. */
const nesting = (name: "nestSelected" | "liftSelected") => (editor: Editor) => {
  comingCode<typeof import("./state/nesting")>(editor, "panels").then((module) =>
    module?.[name](editor),
  );
};

const ids = (regions: readonly Region[]) => regions.map(({ id }) => id);

export const family: Family = {
  views: {},
  styles,
  list: { View: Side, order: inOrder },
  commands: {
    "region:cycle": step(1),
    "region:previous": step(-1),
    "region:copy": copySelected,
    "region:paste": pasteCopied,
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
    "region:nest": nesting("nestSelected"),
    "region:lift": nesting("liftSelected"),
  },
};
