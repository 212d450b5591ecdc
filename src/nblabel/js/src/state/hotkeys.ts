import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Element } from "../core/types";
import type { Editor } from "./editor";
import { familyOf, isHidden } from "./families";
import { assignHotkeys, normalKey } from "./keymap";
import { answers } from "./submitting";
import { isVisible } from "./visibility";

/** A label, a choice or a form, with the control that it belongs to. */
export interface Keyed {
  readonly element: Element;
  readonly control: Element;
}

/** The elements that may have a key: what is on other pages has none, so that each has the same. */
export function keyed(editor: Editor): Keyed[] {
  const tree = editor.tree.value;
  return tree.elements.flatMap((control) => {
    const hotkeys = familyOf(editor, control)?.hotkeys;
    if (!hotkeys || isHidden(editor, control)) return [];
    const elements = hotkeys.of?.(editor, control) ?? tree.options(control);
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
  const given = Object.values(editor.spec.commands).filter((command) => command.given);
  const kept = new Set(given.flatMap(({ keys }) => keys.map(normalKey)));
  return computed(() => {
    const visible = new Set(seen.value.split(" "));
    return assignHotkeys(
      keyed(editor).map(({ element, control }) => ({
        id: element.id,
        hotkey: editor.tree.value.text(element, "hotkey"),
        visible: visible.has(`${control.id}`),
      })),
      kept,
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
  if (found) press(editor, found);
  return found !== undefined;
}

/** Takes a label or choice; what comes between two tasks was meant for the one or the other. */
export function press(editor: Editor, { element, control }: Keyed): void {
  if (answers(editor)) familyOf(editor, control)?.hotkeys?.run(editor, element, control);
}
