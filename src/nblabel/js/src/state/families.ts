import type { Signal } from "@preact/signals-core";
import type { Edit, Element } from "../core/types";
import type { Wire } from "../wire/wire";
import { Editor } from "./editor";
import type { Family, Form, Place } from "./family";
import { added, statement } from "./results";
import type { Spec, Tree } from "./tree";

const opened = new WeakMap<Editor, readonly Family[]>();

/** An editor that draws the tags of these families. */
export function openEditor(
  spec: Spec,
  wire: Wire,
  families: readonly Family[],
  theme: Signal<string>,
): Editor {
  for (const { packing } of families) if (packing) wire.packing = packing;
  const editor: Editor = new Editor(spec, wire, theme, {
    initial: (tree) => initialAnswers(tree, families),
    prepare: (view) => {
      for (const family of families) family.prepare?.(editor, view);
    },
  });
  opened.set(editor, families);
  return editor;
}

export const familiesOf = (editor: Editor): readonly Family[] => opened.get(editor) ?? [];

/** Takes in what came later than the editor. */
export function join(editor: Editor, family: Family): void {
  const families = familiesOf(editor);
  if (!families.includes(family)) opened.set(editor, [...families, family]);
}

/** The family that draws an element's tag. */
export const familyOf = (editor: Editor, element: Element): Family | undefined =>
  familiesOf(editor).find(({ views }) => element.tag in views);

export const formOf = (editor: Editor, control: Element): Form | undefined =>
  familyOf(editor, control)?.form;

/** What lists the regions, where the config can make some. */
export const listOf = (editor: Editor): Family["list"] =>
  familiesOf(editor).find(({ list }) => list)?.list;

/** Whether an element is out of sight just now. */
export const isHidden = (editor: Editor, element: Element): boolean =>
  familiesOf(editor).some(({ hides }) => hides?.(editor, element));

const places = new WeakMap<readonly Family[], ReadonlyMap<string, readonly Place[]>>();

export const placesOf = (editor: Editor): readonly Place[] =>
  familiesOf(editor).flatMap((family) => family.places ?? []);

/** The places on objects of a tag; asked of every region, and found once. */
export function placesIn(editor: Editor, tag: string): readonly Place[] {
  const families = familiesOf(editor);
  let known = places.get(families);
  if (!known) {
    const every = placesOf(editor);
    const tags = new Set(every.flatMap(({ objects }) => objects));
    known = new Map([...tags].map((at) => [at, every.filter((p) => p.objects.includes(at))]));
    places.set(families, known);
  }
  return known.get(tag) ?? [];
}

/** What is said of every task from the start: choices with `selected`, given texts. */
function initialAnswers(tree: Tree, families: readonly Family[]): Edit[] {
  const values = tree.elements.flatMap((control) => {
    if (tree.role(control) !== "control") return [];
    if (tree.flag(control, "perRegion") || tree.flag(control, "perItem")) return [];
    const form = families.find(({ views }) => control.tag in views)?.form;
    const value = form?.initial?.(tree, control);
    return value ? [statement(tree, control, value, null)] : [];
  });
  return values.map(added);
}
