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

/** What is asked about. */
interface About {
  readonly region: Pick<Region, "id" | "object"> | undefined;
  /** Without one, the item on screen. */
  readonly item?: number | undefined;
}

/** What conditions look at: what is said of the task, and the region that is asked about. */
interface Ground extends About {
  readonly items: readonly Item[];
  readonly region: Region | undefined;
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
function isAsked(editor: Editor, { region, item }: About, about: Item): boolean {
  const tree = editor.tree.value;
  const { id, from_name, to_name } = about.result;
  const from = tree.named(from_name);
  if (!from) return true;
  if (tree.flag(from, "perItem") && itemIn(about) !== (item ?? editor.itemFor(from))) return false;
  return !tree.flag(from, "perRegion") || (id === region?.id && to_name === region?.object);
}

/** Every name of what a result chooses: its own, the choice's value and its alias. */
function namesIn(editor: Editor, control: Element | undefined, { result }: Item): string[] {
  const tree = editor.tree.value;
  const names = control && result.value && formOf(editor, control)?.names;
  if (names) return [...names(editor, control, result.value)];
  const values = result.value?.choices;
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
  const labels = editor.labels
    .regionLabels(region)
    .flatMap(({ name, element: label }) => [
      name,
      label ? editor.tree.value.text(label, "value") : name,
    ]);
  return anyOf(wanted, labels);
}

/** Whether a region is one that visibleWhen="region-selected" asks for. */
function regionMatches(editor: Editor, element: Element, region: Region): boolean {
  const tree = editor.tree.value;
  const tag = tree.text(element, "whenTagName");
  const labelled = ({ result: { from_name } }: Item) => {
    const control = tree.named(from_name);
    return control && tree.tag(control)?.region && anyOf(tag, [String(from_name)]);
  };
  if (tag && !region.items.some(labelled)) return false;
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
 * stands in, as in Label Studio. Without a region given, the first that is selected; without an
 * item, that on screen.
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
  const when = (element: Element) => tree.text(element, "visibleWhen");
  const around = [...tree.ancestors(control)];
  const conditional = around.some((at) => when(at) === "choice-selected");
  const labelled = tree.flag(control, "perRegion") && tree.text(control, "whenLabelValue") !== "";
  const unselected = when(control) === "choice-unselected";
  if (!conditional && !labelled && !unselected) return false; // most results of most configs
  const region = regionsOf(items).find((at) => at.items.includes(item));
  if (labelled && region && !labelMatches(editor, control, region)) return true;
  if (unselected) return otherChosen(editor, control, item, items);
  if (tree.flag(control, "perRegion"))
    return when(control) === "choice-selected" && !otherChosen(editor, control, item, items);
  if (!conditional) return false;
  const about = tree.flag(control, "perItem") ? itemIn(item) : undefined;
  const ground = { items, region: editor.selected.value[0], item: about };
  const unseen = (at: Element) =>
    !when(at).endsWith("region-selected") && !ownCondition(editor, at, ground);
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
  const { id, to_name } = item.result;
  const region = { id: String(id), object: String(to_name) };
  const values = items.flatMap((other) => {
    const { type, from_name } = other.result;
    if (other === item || (type !== "choices" && type !== "taxonomy")) return [];
    const about = { region, item: itemIn(tree.flag(control, "perItem") ? item : other) };
    if (tag && (from_name !== tag || !isAsked(editor, about, other))) return [];
    return namesIn(editor, tree.named(from_name), other);
  });
  return value ? anyOf(value, values) : values.length > 0;
}
