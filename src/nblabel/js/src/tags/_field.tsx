import { type Signal, signal } from "@preact/signals-core";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";

/** The control whose key was pressed, and how often: its field takes the keyboard. */
const wanted = new WeakMap<Editor, Signal<{ readonly id: number; readonly times: number }>>();

function wantedIn(editor: Editor) {
  const known = wanted.get(editor) ?? signal({ id: -1, times: 0 });
  wanted.set(editor, known);
  return known;
}

interface FocusProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** Puts the keyboard into a control's field when its key is pressed. */
export function Focus({ editor, control, field }: FocusProps) {
  const { id, times } = wantedIn(editor).value;
  useLayoutEffect(() => {
    if (id !== control.id || times === 0) return;
    wantedIn(editor).value = { id: -1, times };
    field.current?.focus();
    field.current?.select();
  }, [id, times]);
  return null;
}

Focus.run = (editor: Editor, _element: Element, control: Element) => {
  wantedIn(editor).value = { id: control.id, times: wantedIn(editor).value.times + 1 };
};
