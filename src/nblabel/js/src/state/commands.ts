import type { Editor } from "./editor";
import { familiesOf, placesOf } from "./families";
import { remove } from "./regions";
import { acceptAll, acceptAndSubmit, skip, submit } from "./submitting";
import { accept, reject } from "./suggestions";

type Run = (editor: Editor) => unknown;

/** Settles the suggestions that are selected, else the first; then the next one is selected. */
const settle = (how: typeof accept) => (editor: Editor) => {
  const { suggestions, selected, selection } = editor;
  const order = suggestions.value;
  const chosen = selected.value.filter(({ suggested }) => suggested);
  const meant = selection.value.length > 0 ? chosen : order.slice(0, 1);
  const [last] = meant.slice(-1);
  if (!last) return;
  const after = order.slice(order.indexOf(last) + 1).concat(order);
  const next = after.find((region) => !meant.includes(region));
  how(
    editor,
    meant.flatMap(({ items }) => items),
  );
  selection.value = next ? [next.id] : [];
};

const RUN: Readonly<Record<string, Run>> = {
  "annotation:submit": (editor) => submit(editor),
  "annotation:accept": acceptAndSubmit,
  "annotation:skip": skip,
  "annotation:undo": (editor) => editor.undo(),
  "annotation:redo": (editor) => editor.redo(),
  "region:delete": (editor) => {
    const { value: selected } = editor.selected;
    if (selected.length > 0) remove(editor, selected);
    else if (editor.advance.value) return editor.undo();
  },
  "region:exit": (editor) => {
    if (editor.relating.value) editor.relating.value = null;
    else if (editor.drawing.value) editor.drawing.value.drop();
    else if (editor.prompt.value) editor.prompt.value = null;
    else if (editor.selection.value.length > 0) editor.selection.value = [];
    else editor.labels.active.value = new Map();
  },
  "suggestion:accept-all": acceptAll,
  "suggestion:accept": settle(accept),
  "suggestion:reject": settle(reject),
  "label:search": (editor) => editor.openPanel("search"),
  help: (editor) => editor.openPanel("keys"),
  "task:previous": (editor) => editor.route.previous(),
  "task:next": (editor) => editor.route.next(),
  "task:goto": (editor) => editor.openPanel("finder"),
};

/** What takes the tool whose command it is into the hand. */
function takingTool(editor: Editor, command: string): Run | undefined {
  const place = placesOf(editor).find(({ tool }) => tool?.command === command);
  return (
    place &&
    (() => {
      editor.tool.value = place.name;
    })
  );
}

/**
 * Runs a command; a family's own comes first. Tells whether this labeler has it, and something for
 * it to do: a key that nothing here is for belongs to the host.
 */
export function run(editor: Editor, command: string): boolean {
  if (!(command in editor.spec.commands)) return false;
  const own = familiesOf(editor).find(({ commands }) => commands && command in commands);
  const action = own?.commands?.[command] ?? RUN[command] ?? takingTool(editor, command);
  if (!action) return false;
  return action(editor) !== false;
}
