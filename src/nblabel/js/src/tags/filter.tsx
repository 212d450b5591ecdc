import { type Signal, signal } from "@preact/signals-core";
import { useRef } from "preact/hooks";
import type { Element } from "../core/types";
import { styled } from "../stage/styled";
import type { Editor } from "../state/editor";
import type { Family, ViewProps } from "../state/family";
import { hotkeysOf, keyed, press } from "../state/hotkeys";
import type { Tree } from "../state/tree";
import { Focus } from "./_field";
import { leave } from "./_focus";
import styles from "./filter.css";

/** What stands in each filter's field, by its element. */
const typed = new WeakMap<Editor, Signal<ReadonlyMap<number, string>>>();

function typedIn(editor: Editor): Signal<ReadonlyMap<number, string>> {
  const known = typed.get(editor) ?? signal<ReadonlyMap<number, string>>(new Map());
  typed.set(editor, known);
  return known;
}

function type(editor: Editor, filter: Element, text: string): void {
  typedIn(editor).value = new Map(typedIn(editor).value).set(filter.id, text);
}

/** Whether a filter has a label or choice: no fewer letters filter than it says. */
function passes(tree: Tree, filter: Element, text: string, option: Element): boolean {
  if (text.length < (tree.number(filter, "minLength") ?? 3)) return true;
  const fold = (words: string) =>
    tree.flag(filter, "caseSensetive") ? words : words.toLowerCase();
  return ["value", "alias"].some((name) => fold(tree.text(option, name)).includes(fold(text)));
}

/** Takes the first that passes, as its key would. */
function takeFirst(editor: Editor, filter: Element, text: string): void {
  const tree = editor.tree.value;
  const name = tree.text(filter, "toName");
  const first = keyed(editor).find(
    ({ element, control }) =>
      tree.role(element) === "label" &&
      tree.text(control, "name") === name &&
      passes(tree, filter, text, element),
  );
  if (!first) return;
  press(editor, first);
  if (tree.flag(filter, "cleanup")) type(editor, filter, "");
}

function Filter({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const field = useRef<HTMLInputElement>(null);
  const text = typedIn(editor).value.get(element.id) ?? "";
  const key = editor.settings.value.showHotkeys ? hotkeysOf(editor).get(element.id) : undefined;
  return (
    <div class="nb-filtering">
      <Focus editor={editor} control={element} field={field} />
      <input
        ref={(el) => {
          field.current = el;
          styled(tree.text(element, "style"), editor.spec.protocols)(el);
        }}
        class="nb-field"
        type="search"
        autocomplete="off"
        aria-label={tree.text(element, "name") || tree.text(element, "placeholder")}
        placeholder={tree.text(element, "placeholder")}
        value={text}
        onInput={(event) => type(editor, element, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "Enter") takeFirst(editor, element, event.currentTarget.value);
          else if (event.key === "Escape" && text) type(editor, element, "");
          else if (event.key === "Escape") leave(field.current);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {key && <kbd aria-hidden="true">{key}</kbd>}
    </div>
  );
}

export const family: Family = {
  views: { Filter },
  hotkeys: { of: (_, filter) => [filter], run: Focus.run },
  hides: (editor, option) => {
    const tree = editor.tree.value;
    if (tree.role(option) !== "label") return false;
    const control = tree.control(option);
    const name = control && tree.text(control, "name");
    for (const [id, text] of typedIn(editor).value) {
      const filter = text && tree.elements.find((at) => at.id === id && at.tag === "Filter");
      if (filter && tree.text(filter, "toName") === name && !passes(tree, filter, text, option))
        return true;
    }
    return false;
  },
  styles,
};
