import { type Signal, signal } from "@preact/signals-core";
import { toChildArray } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import type { Family, ViewProps } from "../state/family";
import styles from "./repeater.css";

/** The page that is shown of each Repeater; every task begins with the first. */
interface Pages {
  readonly key: string | undefined;
  readonly at: ReadonlyMap<number, number>;
}

const pages = new WeakMap<Editor, Signal<Pages>>();

function pagesIn(editor: Editor): Signal<Pages> {
  const known = pages.get(editor) ?? signal<Pages>({ key: undefined, at: new Map() });
  pages.set(editor, known);
  return known;
}

const isPaged = (editor: Editor, repeater: Element) =>
  editor.tree.value.text(repeater, "mode") === "pagination";

/** Which copy of a Repeater is shown, or in a list looked at. */
function pageOf(editor: Editor, repeater: Element): number {
  const { key, at } = pagesIn(editor).value;
  const count = editor.tree.value.children(repeater).length;
  return key === editor.view.value?.key ? Math.min(at.get(repeater.id) ?? 0, count - 1) : 0;
}

function turnTo(editor: Editor, repeater: Element, page: number): void {
  const count = editor.tree.value.children(repeater).length;
  if (page < 0 || page >= count) return;
  const { key, at } = pagesIn(editor).value;
  const now = editor.view.value?.key;
  pagesIn(editor).value = { key: now, at: new Map(key === now ? at : []).set(repeater.id, page) };
}

/** The copies that an element stands in, innermost first, each with its Repeater. */
function* copiesAround(editor: Editor, element: Element) {
  const tree = editor.tree.value;
  for (const copy of tree.ancestors(element)) {
    const repeater = tree.parent(copy);
    if (repeater?.tag === "Repeater")
      yield { repeater, index: tree.children(repeater).findIndex(({ id }) => id === copy.id) };
  }
}

/** Turns to the pages that an element is on. */
function reveal(editor: Editor, element: Element | undefined): void {
  if (!element) return;
  for (const { repeater, index } of copiesAround(editor, element)) turnTo(editor, repeater, index);
}

const turned = (by: 1 | -1) => (editor: Editor) => {
  const every = editor.tree.value.elements.filter(({ tag }) => tag === "Repeater");
  const repeater = every.find((at) => isPaged(editor, at)) ?? every[0];
  if (repeater) turnTo(editor, repeater, pageOf(editor, repeater) + by);
};

function Turner({ element, editor }: ViewProps) {
  const count = editor.tree.value.children(element).length;
  const page = pageOf(editor, element);
  const keys = (name: string) => editor.spec.commands[`repeater:${name}-page`]?.keys[0];
  const Button = ({ name, by, sign }: { name: "previous" | "next"; by: number; sign: string }) => (
    <button
      type="button"
      class="nb-tool"
      aria-label={`${name === "next" ? "Next" : "Previous"} page`}
      title={keys(name)}
      disabled={page + by < 0 || page + by >= count}
      onClick={() => turnTo(editor, element, page + by)}
    >
      {sign}
    </button>
  );
  return (
    <div class="nb-leafing" role="group" aria-label="Pages">
      <Button name="previous" by={-1} sign="‹" />
      <input
        class="nb-field"
        type="number"
        min={1}
        max={count}
        aria-label="Page"
        value={page + 1}
        onChange={(event) => turnTo(editor, element, event.currentTarget.valueAsNumber - 1)}
      />
      <span>/ {count}</span>
      <Button name="next" by={1} sign="›" />
    </div>
  );
}

function Repeater(props: ViewProps) {
  const { element, editor } = props;
  const copies = toChildArray(props.children);
  const page = pageOf(editor, element);
  const paged = isPaged(editor, element);
  const list = useRef<HTMLDivElement>(null);
  // What is selected, or stands in the way of submitting, is shown.
  const [id] = editor.selection.value;
  const object = id === undefined ? undefined : editor.regionOf(id)?.object;
  const asked = editor.asked.value;
  useEffect(() => reveal(editor, editor.tree.value.named(object)), [editor, object, id]);
  useEffect(() => reveal(editor, asked?.control), [editor, asked]);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) list.current?.children[page]?.scrollIntoView({ block: "nearest" });
    first.current = false;
  }, [page]);
  if (copies.length === 0) return <p class="nb-notice">There is nothing to repeat here.</p>;
  if (paged)
    return (
      <div class="nb-view">
        {copies.length > 1 && <Turner {...props} />}
        {copies[page]}
      </div>
    );
  return (
    <div class="nb-repeated" ref={list}>
      {copies.map((copy, i) => (
        <div key={i} class="nb-copy">
          {copy}
        </div>
      ))}
    </div>
  );
}

export const family: Family = {
  views: { Repeater },
  commands: { "repeater:previous-page": turned(-1), "repeater:next-page": turned(1) },
  hides: (editor, element) => {
    for (const { repeater, index } of copiesAround(editor, element))
      if (isPaged(editor, repeater) && pageOf(editor, repeater) !== index) return true;
    return false;
  },
  styles,
};
