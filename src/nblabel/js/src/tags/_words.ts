import { type Signal, signal } from "@preact/signals-core";
import { useLayoutEffect } from "preact/hooks";
import { Offsets } from "../core/offsets";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import type { Spans } from "./_spans";

type Shown = { readonly spans: Spans; readonly offsets: Offsets };

/** The texts that are on screen, by their objects; lists of regions follow them. */
const onScreen = new WeakMap<Editor, Signal<ReadonlyMap<number, Shown>>>();

function shownIn(editor: Editor): Signal<ReadonlyMap<number, Shown>> {
  const known = onScreen.get(editor) ?? signal(new Map());
  onScreen.set(editor, known);
  return known;
}

/** Says which text an object shows, while it does. */
export function useShown(editor: Editor, { id }: Element, spans: Spans | undefined): void {
  useLayoutEffect(() => {
    if (!spans) return;
    const all = shownIn(editor);
    const own = { spans, offsets: new Offsets(spans.page.text) };
    all.value = new Map([...all.peek(), [id, own]]);
    return () => {
      if (all.peek().get(id) === own)
        all.value = new Map([...all.peek()].filter(([other]) => other !== id));
    };
  }, [editor, id, spans]);
}

/** The words that a span marks, of a text on screen. */
export function wordsIn(editor: Editor, object: Element, value: Value): string {
  const shown = shownIn(editor).value.get(object.id);
  const span = shown?.spans.read(value);
  if (!shown || !span) return "";
  const { offsets, spans } = shown;
  return spans.page.text.slice(offsets.units(span.start), offsets.units(span.end));
}
