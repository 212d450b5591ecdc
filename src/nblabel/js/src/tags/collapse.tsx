import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import type { Family, ViewProps } from "../state/family";
import styles from "./collapse.css";

/** Which panels a person has opened and closed: they stay so for the next task. */
const folded = new WeakMap<Editor, Map<number, boolean>>();

function foldedIn(editor: Editor): Map<number, boolean> {
  const known = folded.get(editor) ?? new Map<number, boolean>();
  folded.set(editor, known);
  return known;
}

const collapseOf = (editor: Editor, panel: Element): Element | undefined =>
  [...editor.tree.value.ancestors(panel)].find(({ tag }) => tag === "Collapse");

function Collapse({ element, editor, children }: ViewProps) {
  const bordered = editor.tree.value.flag(element, "bordered");
  return <div class={bordered ? "nb-collapse nb-bordered" : "nb-collapse"}>{children}</div>;
}

function Panel({ element, editor, children }: ViewProps) {
  const tree = editor.tree.value;
  const collapse = collapseOf(editor, element);
  const open = (at: Element | undefined) => at !== undefined && tree.flag(at, "open");
  // Of several panels with one name the browser keeps one open.
  const alone = collapse && tree.flag(collapse, "accordion") ? `nb-${collapse.id}` : undefined;
  return (
    <details
      class="nb-fold"
      {...(alone === undefined ? {} : { name: alone })}
      open={foldedIn(editor).get(element.id) ?? (open(element) || open(collapse))}
      onToggle={(event) => {
        foldedIn(editor).set(element.id, event.currentTarget.open);
      }}
    >
      <summary>{tree.text(element, "value")}</summary>
      <div class="nb-view nb-unfolded">{children}</div>
    </details>
  );
}

export const family: Family = { views: { Collapse, Panel }, styles };
