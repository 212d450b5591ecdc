import { type Signal, signal } from "@preact/signals-core";
import { useLayoutEffect } from "preact/hooks";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import type { Spans } from "./_spans";

/** The texts that are on screen, by their objects; lists of regions follow them. */
const onScreen = new WeakMap<Editor, Signal<ReadonlyMap<number, Spans>>>();

function shownIn(editor: Editor): Signal<ReadonlyMap<number, Spans>> {
  const known = onScreen.get(editor) ?? signal(new Map());
  onScreen.set(editor, known);
  return known;
}

/** Says which text an object shows, while it does. */
export function useShown(editor: Editor, { id }: Element, spans: Spans | undefined): void {
  useLayoutEffect(() => {
    if (!spans) return;
    const all = shownIn(editor);
    all.value = new Map([...all.peek(), [id, spans]]);
    return () => {
      if (all.peek().get(id) === spans)
        all.value = new Map([...all.peek()].filter(([other]) => other !== id));
    };
  }, [editor, id, spans]);
}

/** The words that a span marks, of a text on screen. */
export function wordsIn(editor: Editor, object: Element, value: Value): string {
  const spans = shownIn(editor).value.get(object.id);
  const span = spans?.read(value);
  if (!spans || !span) return "";
  const { offsets, text } = spans.page;
  return text.slice(offsets.units(span.start), offsets.units(span.end));
}
