import type { Region } from "../core/regions";
import type { Element } from "../core/types";
import type { Editor } from "./editor";

const list = (text: string) => text.split(",").map((part) => part.trim());

/** Whether any of a comma list is among the values; a label may hold a comma itself. */
function anyOf(wanted: string, values: readonly string[]): boolean {
  return values.includes(wanted) || list(wanted).some((part) => values.includes(part));
}

function chosen(editor: Editor, control?: Element): string[] {
  const { tree, items } = { tree: editor.tree.value, items: editor.items.value };
  const name = control && tree.text(control, "name");
  return items
    .filter(({ result }) => (name ? result.from_name === name : result.type === "choices"))
    .flatMap(({ result }) => {
      const key = tree.tag(tree.named(result.from_name) ?? tree.root)?.valueKey ?? "choices";
      const values = result.value?.[key];
      if (!Array.isArray(values)) return [];
      return values.map((value) => String(Array.isArray(value) ? value.at(-1) : value));
    });
}

function choiceSelected(editor: Editor, element: Element): boolean {
  const { tree } = { tree: editor.tree.value };
  const tag = tree.text(element, "whenTagName");
  const value = tree.text(element, "whenChoiceValue");
  const control = tree.named(tag);
  if (!tag) return chosen(editor).length > 0;
  if (!control || !isVisible(editor, control)) return false;
  const values = chosen(editor, control);
  if (!value) return values.length > 0;
  const aliases = tree
    .options(control)
    .filter((option) => values.includes(tree.exported(option)))
    .map((option) => tree.text(option, "value"));
  return anyOf(value, [...values, ...aliases]);
}

/** Whether a region has one of the labels that an element asks for. */
export function labelMatches(editor: Editor, element: Element, region: Region): boolean {
  const label = editor.tree.value.text(element, "whenLabelValue");
  const labels = editor.labeling.regionLabels(region).map(({ name }) => name);
  return !label || anyOf(label, labels);
}

/** Whether a region is one that visibleWhen="region-selected" asks for. */
export function regionMatches(editor: Editor, element: Element, region: Region): boolean {
  const tree = editor.tree.value;
  const tag = tree.text(element, "whenTagName");
  const labelledBy = region.items
    .map(({ result }) => tree.named(result.from_name))
    .filter((control) => control && tree.tag(control)?.region)
    .map((control) => (control ? tree.text(control, "name") : ""));
  return (!tag || anyOf(tag, labelledBy)) && labelMatches(editor, element, region);
}

function ownCondition(editor: Editor, element: Element): boolean {
  const tree = editor.tree.value;
  const [region] = editor.selected.value;
  switch (tree.text(element, "visibleWhen")) {
    case "region-selected":
      return region !== undefined && regionMatches(editor, element, region);
    case "no-region-selected":
      return region === undefined;
    case "choice-selected":
      return choiceSelected(editor, element);
    case "choice-unselected":
      return !choiceSelected(editor, element);
    default: {
      const value = tree.text(element, "whenChoiceValue");
      if (!value || tree.text(element, "visibleWhen")) return true;
      return editor.items.value.some(({ result }) => {
        const values = result.value?.choices;
        return Array.isArray(values) && values.length === 1 && values[0] === value;
      });
    }
  }
}

/** Whether an element is shown: its own condition and those of all it stands in (behaviour §4). */
export function isVisible(editor: Editor, element: Element): boolean {
  const tree = editor.tree.value;
  if (tree.flag(element, "perRegion") && tree.kind(element) === "control") {
    const [region] = editor.selected.value;
    if (region?.object !== tree.text(element, "toName")) return false;
    if (!labelMatches(editor, element, region)) return false;
  }
  for (const at of tree.ancestors(element)) if (!ownCondition(editor, at)) return false;
  return true;
}
