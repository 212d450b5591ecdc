import type { Region } from "../core/regions";
import type { Editor } from "./editor";
import type { CommandName } from "./keymap";
import { accept, acceptAll, reject } from "./suggestions";

type Run = (editor: Editor) => unknown;

const suggestedAmong = (editor: Editor, regions: readonly Region[]) =>
  regions.filter((region) => editor.suggestions.value.includes(region));

const step = (by: 1 | -1) => (editor: Editor) => {
  const order = [...editor.regions.value, ...editor.suggestions.value];
  if (order.length === 0) return;
  const at = order.findIndex(({ id }) => id === editor.selection.value.at(-1));
  const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
  editor.selection.value = [order[next]?.id ?? ""];
};

const ids = (regions: readonly Region[]) => regions.map(({ id }) => id);

const RUN: Partial<Record<CommandName, Run>> = {
  "annotation:submit": (editor) => editor.submit(),
  "annotation:skip": (editor) => editor.skip(),
  "annotation:undo": (editor) => editor.undo(),
  "annotation:redo": (editor) => editor.redo(),
  "region:cycle": step(1),
  "region:previous": step(-1),
  "region:duplicate": (editor) =>
    editor.labeling.duplicate(
      editor.selected.value,
      editor.families.flatMap(({ geometry }) => geometry ?? []),
    ),
  "region:delete": (editor) => {
    const { value: selected } = editor.selected;
    const suggested = suggestedAmong(editor, selected).flatMap(({ items }) => items);
    if (suggested.length > 0) reject(editor, suggested);
    editor.labeling.remove(selected);
    if (selected.length === 0 && editor.advance.value) return editor.undo();
  },
  "region:delete-all": (editor) => editor.labeling.remove(editor.regions.value),
  "region:unselect": (editor) => {
    editor.selection.value = [];
  },
  "region:exit": (editor) => {
    if (editor.selection.value.length > 0) editor.selection.value = [];
    else editor.labeling.active.value = new Map();
  },
  "region:visibility": (editor) => editor.toggle(editor.hidden, editor.selection.value),
  "region:visibility-all": (editor) => editor.toggle(editor.hidden, ids(editor.regions.value)),
  "region:lock": (editor) => editor.toggle(editor.locked, editor.selection.value),
  "suggestion:accept-all": acceptAll,
  "suggestion:accept": (editor) =>
    accept(
      editor,
      suggestedAmong(editor, editor.selected.value).flatMap(({ items }) => items),
    ),
  "suggestion:reject": (editor) =>
    reject(
      editor,
      suggestedAmong(editor, editor.selected.value).flatMap(({ items }) => items),
    ),
  help: (editor) => editor.openPanel("keys"),
  "task:previous": (editor) => editor.route.previous(),
  "task:next": (editor) => editor.route.next(),
  "task:goto": (editor) => {
    editor.askingPlace.value = true;
  },
};

/**
 * Runs a command; that of a family which draws something of the config comes first. Tells whether
 * there was one: a key that nothing here is for belongs to the host.
 */
export function run(editor: Editor, command: CommandName): boolean {
  const { elements } = editor.tree.value;
  const own = editor.families.find(
    ({ commands, views }) =>
      commands && command in commands && elements.some(({ tag }) => tag in views),
  )?.commands;
  const action = own?.[command] ?? RUN[command];
  if (!action) return false;
  void action(editor);
  return true;
}
