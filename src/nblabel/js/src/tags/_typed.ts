/** What is typed in a form's field and not said yet: it outlives the form, and a reload of the page. */
import { type Signal, signal } from "@preact/signals-core";
import { keep, kept } from "../base/kept";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import type { Subject } from "../state/family";

/** By task, control and subject. */
const typed = new WeakMap<Editor, Signal<Typed>>();

type Typed = ReadonlyMap<string, string>;

/** Where it outlives a reload of the page. */
const nameOf = ({ spec }: Editor): string =>
  `nblabel:typed:${JSON.stringify([spec.store, spec.project, spec.annotator])}`;

function typedIn(editor: Editor): Signal<Typed> {
  const known = typed.get(editor);
  if (known) return known;
  const before = kept("sessionStorage", nameOf(editor)) as Record<string, string> | undefined;
  const texts = signal<Typed>(new Map(Object.entries(before ?? {})));
  typed.set(editor, texts);
  return texts;
}

/** What tells the field of one subject from all others. */
export const addressOf = (editor: Editor, control: Element, { region, item }: Subject): string =>
  [editor.view.value?.key, control.id, region?.id ?? "", item ?? ""].join("\n");

/** What was typed into a field; undefined where nothing was. */
export const typedOf = (editor: Editor, control: Element, subject: Subject): string | undefined =>
  typedIn(editor).value.get(addressOf(editor, control, subject));

/** Keeps what stands in the field; null forgets it. */
export function type(
  editor: Editor,
  control: Element,
  subject: Subject,
  text: string | null,
): void {
  const texts = new Map(typedIn(editor).value);
  const address = addressOf(editor, control, subject);
  if (text === null) texts.delete(address);
  else texts.set(address, text);
  typedIn(editor).value = texts;
  keep("sessionStorage", nameOf(editor), texts.size > 0 ? Object.fromEntries(texts) : undefined);
}
