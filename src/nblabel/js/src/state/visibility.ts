import { replace } from "../core/changes";
import { type Region, regionsOf } from "../core/regions";
import type { Edit, Element, Item } from "../core/types";
import type { Editor } from "./editor";
import { formOf } from "./families";

const list = (text: string) => text.split(",").map((part) => part.trim());

/** Whether any of a comma list is among the values; a label may hold a comma itself. */
function anyOf(wanted: string, values: readonly string[]): boolean {
  return values.includes(wanted) || list(wanted).some((part) => values.includes(part));
}

/** The tags whose choices a condition can ask for by name. */
const CHOSEN: ReadonlySet<string> = new Set(["Choices", "Taxonomy"]);

/** The controls that have conditions of their own; of others Label Studio asks less. */
const CONDITIONAL: ReadonlySet<string> = new Set([...CHOSEN, "TextArea"]);

/** What conditions look at: what is said of the task, and the region that is asked about. */
interface Ground {
  readonly items: readonly Item[];
  readonly region: Region | undefined;
  /** The item that is asked about; without one, that on screen. */
  readonly item?: number | undefined;
}

/** The item that a result is about. */
const itemIn = ({ result }: Item): number => Number(result.item_index ?? 0);

/**
 * What is chosen by a control, or by any; a per-region control speaks of its region alone, and one
 * that asks of every item of that item.
 */
function chosen(editor: Editor, ground: Ground, control?: Element): string[] {
  const name = control && editor.tree.value.text(control, "name");
  return ground.items
    .filter(({ result }) => (name ? result.from_name === name : result.type === "choices"))
    .filter((item) => isAsked(editor, ground, item))
    .flatMap((item) => namesIn(editor, editor.tree.value.named(item.result.from_name), item));
}

/** Whether a result is about the region and the item that are asked about, where it is of one. */
function isAsked(editor: Editor, ground: Ground, item: Item): boolean {
  const tree = editor.tree.value;
  const { result } = item;
  const from = tree.named(result.from_name);
  if (!from) return true;
  const at = tree.flag(from, "perItem") && (ground.item ?? editor.itemFor(from));
  if (at !== false && itemIn(item) !== at) return false;
  const other = result.id !== ground.region?.id || result.to_name !== ground.region?.object;
  return !(tree.flag(from, "perRegion") && other);
}

/** Every name of what a result chooses: its own, the choice's value and its alias. */
function namesIn(editor: Editor, control: Element | undefined, { result }: Item): string[] {
  const tree = editor.tree.value;
  const names = control && result.value && formOf(editor, control)?.names;
  if (names) return [...names(editor, control, result.value)];
  const values = result.value?.[(control && tree.tag(control)?.valueKey) || "choices"];
  if (!Array.isArray(values)) return [];
  return values.flatMap((value) => {
    const name = String(Array.isArray(value) ? value.at(-1) : value);
    const option = control && editor.labels.named(control, name);
    return option ? [name, tree.text(option, "value"), tree.exported(option)] : [name];
  });
}

function choiceSelected(editor: Editor, element: Element, ground: Ground): boolean {
  const tree = editor.tree.value;
  const tag = tree.text(element, "whenTagName");
  const value = tree.text(element, "whenChoiceValue");
  const control = tree.named(tag);
  if (!tag) return chosen(editor, ground).length > 0;
  if (!control || !CHOSEN.has(control.tag) || !isShown(editor, control, ground)) return false;
  const values = chosen(editor, ground, control);
  if (!value) return values.length > 0;
  return anyOf(value, values);
}

/** Whether a region has one of the labels that an element asks for. */
function labelMatches(editor: Editor, element: Element, region: Region): boolean {
  const wanted = editor.tree.value.text(element, "whenLabelValue");
  if (!wanted) return true;
  const labels = editor.labels.regionLabels(region).flatMap(({ name, element: label }) => {
    return label ? [name, editor.tree.value.text(label, "value")] : [name];
  });
  return anyOf(wanted, labels);
}

/** Whether a region is one that visibleWhen="region-selected" asks for. */
function regionMatches(editor: Editor, element: Element, region: Region): boolean {
  const tree = editor.tree.value;
  const tag = tree.text(element, "whenTagName");
  const labelledBy = region.items
    .map(({ result }) => tree.named(result.from_name))
    .filter((control) => control && tree.tag(control)?.region)
    .map((control) => (control ? tree.text(control, "name") : ""));
  if (tag && !anyOf(tag, labelledBy)) return false;
  const role = !tree.text(element, "whenLabelValue") && tree.text(element, "whenRole");
  return role ? anyOf(role, rolesOf(region)) : labelMatches(editor, element, region);
}

/** Who says the message of a chat that a region is. */
const rolesOf = ({ items }: Region): string[] =>
  items.map(({ result }) => String(Object(result.value?.chatmessage).role));

function ownCondition(editor: Editor, element: Element, ground: Ground): boolean {
  const tree = editor.tree.value;
  const { region } = ground;
  switch (tree.text(element, "visibleWhen")) {
    case "region-selected":
      return region !== undefined && regionMatches(editor, element, region);
    case "no-region-selected":
      return region === undefined;
    case "choice-selected":
      return choiceSelected(editor, element, ground);
    case "choice-unselected":
      return !choiceSelected(editor, element, ground);
    default: {
      const value = tree.text(element, "whenChoiceValue");
      if (!value || tree.text(element, "visibleWhen")) return true;
      return ground.items.some((item) => {
        const { type, value: said } = item.result;
        const values = type === "choices" ? said?.choices : type === "textarea" && said?.text;
        return Array.isArray(values) && values.includes(value) && isAsked(editor, ground, item);
      });
    }
  }
}

function isShown(editor: Editor, element: Element, ground: Ground): boolean {
  const tree = editor.tree.value;
  if (tree.flag(element, "perRegion") && tree.role(element) === "control") {
    if (ground.region?.object !== tree.text(element, "toName")) return false;
    if (!labelMatches(editor, element, ground.region)) return false;
  }
  for (const at of tree.ancestors(element)) if (!ownCondition(editor, at, ground)) return false;
  return true;
}

/**
 * Whether an element is shown while a region is selected: its own condition and those of all it
 * stands in (behaviour §4). Without a region given, the first that is selected; without an item,
 * that on screen.
 */
export function isVisible(
  editor: Editor,
  element: Element,
  region: Region | undefined = editor.selected.value[0],
  item?: number,
): boolean {
  return isShown(editor, element, { items: editor.items.value, region, item });
}

/** The answers that are not submitted, as edits that take them away. */
export function withheld(editor: Editor, items: readonly Item[]): Edit[] {
  const away = items.filter((item) => isWithheld(editor, item, items));
  return away.map((item) => replace(item, null));
}

/**
 * What Label Studio leaves out of what is submitted, with its own exceptions: answers whose
 * question is not asked (`canBeSubmitted`). A condition on the selection keeps nothing back.
 */
function isWithheld(editor: Editor, item: Item, items: readonly Item[]): boolean {
  const tree = editor.tree.value;
  const control = tree.named(item.result.from_name);
  if (!control || tree.role(control) !== "control") return false;
  const asksFor = (element: Element, when: string) => tree.text(element, "visibleWhen") === when;
  const around = [...tree.ancestors(control)];
  const conditional = around.some((at) => asksFor(at, "choice-selected"));
  const labelled = tree.flag(control, "perRegion") && tree.text(control, "whenLabelValue") !== "";
  const unselected = asksFor(control, "choice-unselected");
  if (!conditional && !labelled && !unselected) return false; // most results of most configs
  const region = regionsOf(items).find((at) => at.items.includes(item));
  if (labelled && region && !labelMatches(editor, control, region)) return true;
  if (unselected) return otherChosen(editor, control, item, items);
  if (tree.flag(control, "perRegion"))
    return asksFor(control, "choice-selected") && !otherChosen(editor, control, item, items);
  if (!conditional) return false;
  const about = tree.flag(control, "perItem") ? itemIn(item) : undefined;
  const ground = { items, region: editor.selected.value[0], item: about };
  const unseen = (at: Element) =>
    !tree.text(at, "visibleWhen").endsWith("region-selected") && !ownCondition(editor, at, ground);
  if (CONDITIONAL.has(control.tag) && around.some(unseen)) return true;
  return !otherChosen(editor, control, item, items);
}

/** Whether another result than this one is what a control's own condition on choices asks for. */
function otherChosen(
  editor: Editor,
  control: Element,
  item: Item,
  items: readonly Item[],
): boolean {
  const tree = editor.tree.value;
  const tag = tree.text(control, "whenTagName");
  const value = tree.text(control, "whenChoiceValue");
  const values = items.flatMap((other) => {
    const { type, from_name, id, to_name } = other.result;
    const from = tree.named(from_name);
    if (other === item || !from || (type !== "choices" && type !== "taxonomy")) return [];
    if (tag && from_name !== tag) return [];
    const each = tree.flag(from, "perItem") && tree.flag(control, "perItem");
    if (each && itemIn(other) !== itemIn(item)) return [];
    const elsewhere = id !== item.result.id || to_name !== item.result.to_name;
    if (tag && tree.flag(from, "perRegion") && elsewhere) return [];
    return namesIn(editor, from, other);
  });
  return value ? anyOf(value, values) : values.length > 0;
}
