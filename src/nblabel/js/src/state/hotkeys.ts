import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Element } from "../core/types";
import type { Editor } from "./editor";
import { familyOf } from "./families";
import { assignHotkeys } from "./keymap";
import { answers } from "./submitting";
import { isVisible } from "./visibility";

interface Keyed {
  readonly element: Element;
  readonly control: Element;
}

/** The elements that may have a key, with the control that they belong to. */
function keyed(editor: Editor): Keyed[] {
  const tree = editor.tree.value;
  return tree.elements.flatMap((control) => {
    const hotkeys = tree.role(control) === "control" && familyOf(editor, control)?.hotkeys;
    if (!hotkeys) return [];
    const elements = hotkeys.of?.(editor, control) ?? editor.labels.shown(control);
    return elements.map((element) => ({ element, control }));
  });
}

const known = new WeakMap<Editor, ReadonlySignal<ReadonlyMap<number, string>>>();

/** The key of each label, choice and form, by element id; those of hidden ones wait for them. */
export function hotkeysOf(editor: Editor): ReadonlyMap<number, string> {
  const hotkeys = known.get(editor) ?? assigned(editor);
  known.set(editor, hotkeys);
  return hotkeys.value;
}

function assigned(editor: Editor): ReadonlySignal<ReadonlyMap<number, string>> {
  // As text, so that a gesture after which the same controls are seen assigns nothing anew.
  const seen = computed(() => {
    const controls = new Set(keyed(editor).map(({ control }) => control));
    return [...controls]
      .filter((at) => isVisible(editor, at))
      .map(({ id }) => `${id}`)
      .join(" ");
  });
  return computed(() => {
    const visible = new Set(seen.value.split(" "));
    return assignHotkeys(
      keyed(editor).map(({ element, control }) => ({
        id: element.id,
        hotkey: editor.tree.value.text(element, "hotkey"),
        visible: visible.has(`${control.id}`),
      })),
    );
  });
}

/** Presses what has this key; what is hidden has none. */
export function pressHotkey(editor: Editor, key: string): boolean {
  if (!editor.settings.value.labelHotkeys || editor.route.finished.value) return false;
  const hotkeys = hotkeysOf(editor);
  const found = keyed(editor).find(
    ({ element, control }) => hotkeys.get(element.id) === key && isVisible(editor, control),
  );
  if (!found) return false;
  if (!answers(editor)) return true; // it was meant for the task before or for the next one
  familyOf(editor, found.control)?.hotkeys?.run(editor, found.element, found.control);
  return true;
}
