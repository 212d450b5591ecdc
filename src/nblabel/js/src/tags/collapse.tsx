import { useEffect, useRef } from "preact/hooks";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import type { Family, ViewProps } from "../state/family";
import type { Tree } from "../state/tree";
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

const panelsIn = (tree: Tree, collapse: Element): Element[] =>
  tree.children(collapse).filter(({ tag }) => tag === "Panel");

/** Whether a panel stands open before anybody touches it; of an accordion's the first that would. */
function opensAtFirst(tree: Tree, collapse: Element | undefined, panel: Element): boolean {
  if (!collapse) return tree.flag(panel, "open");
  const would = (at: Element) =>
    tree.flag(at.attributes.open === undefined ? collapse : at, "open");
  if (!tree.flag(collapse, "accordion")) return would(panel);
  return panelsIn(tree, collapse).find(would) === panel;
}

const numberOf = (tree: Tree, collapse: Element | undefined, panel: Element): number =>
  collapse ? panelsIn(tree, collapse).indexOf(panel) + 1 : 1;

function Collapse({ element, editor, children }: ViewProps) {
  const bordered = editor.tree.value.flag(element, "bordered");
  return <div class={bordered ? "nb-collapse nb-bordered" : "nb-collapse"}>{children}</div>;
}

function Panel({ element, editor, children }: ViewProps) {
  const tree = editor.tree.value;
  const collapse = collapseOf(editor, element);
  // Of several panels with one name the browser keeps one open.
  const alone = collapse && tree.flag(collapse, "accordion") ? `nb-${collapse.id}` : undefined;
  const own = useRef<HTMLDetailsElement>(null);
  // What stands in the way of submitting is not folded away.
  const asked = editor.asked.value;
  useEffect(() => {
    if (asked && own.current && [...tree.ancestors(asked.control)].includes(element))
      own.current.open = true;
  }, [asked]);
  return (
    <details
      ref={own}
      class="nb-fold"
      {...(alone === undefined ? {} : { name: alone })}
      open={foldedIn(editor).get(element.id) ?? opensAtFirst(tree, collapse, element)}
      onToggle={(event) => {
        foldedIn(editor).set(element.id, event.currentTarget.open);
      }}
    >
      <summary>
        {tree.text(element, "value") || `Panel ${numberOf(tree, collapse, element)}`}
      </summary>
      <div class="nb-view nb-unfolded">{children}</div>
    </details>
  );
}

export const family: Family = { views: { Collapse, Panel }, styles };
