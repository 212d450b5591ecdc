import type { Region } from "../core/regions";
import type { Element } from "../core/types";
import type { Editor } from "./editor";
import { isVisible, labelMatches, regionMatches } from "./visibility";

export interface MissingProblem {
  readonly text: string;
  /** The region that lacks it. */
  readonly region?: string;
  /** The item of an object's list that lacks it. */
  readonly item?: { readonly object: string; readonly at: number };
}

/** What stands in the way of submitting: the first required control without a value. */
export function firstProblem(editor: Editor): MissingProblem | null {
  for (const control of editor.tree.value.elements) {
    const problem = problemOf(editor, control);
    if (problem) return problem;
  }
  return null;
}

function problemOf(editor: Editor, control: Element): MissingProblem | null {
  const tree = editor.tree.value;
  if (tree.kind(control) !== "control" || tree.tag(control)?.region) return null;
  const name = tree.text(control, "name");
  const text =
    tree.text(control, "requiredMessage") ||
    `${control.tag === "Choices" ? "Checkbox" : control.tag} "${name}" is required.`;
  if (tooMany(editor, control)) return { text: `Checkbox "${name}" takes one choice only.` };
  if (!tree.flag(control, "required")) return null;
  if (tree.flag(control, "perRegion")) {
    const lacking = editor.regions.value.find(
      (region) =>
        region.object === tree.text(control, "toName") &&
        asks(editor, control, region) &&
        !region.items.some(({ result }) => result.from_name === name),
    );
    return lacking ? { text, region: lacking.id } : null;
  }
  if (!isVisible(editor, control)) return null;
  if (!tree.flag(control, "perItem")) return editor.resultOf(control) ? null : { text };
  const object = tree.text(control, "toName");
  const element = tree.named(object);
  const count = Math.max(1, element ? editor.itemCount(element) : 1);
  const at = [...Array(count).keys()].find((item) => !editor.resultOf(control, item));
  return at === undefined ? null : { text, item: { object, at } };
}

/** Whether a per-region control asks of this region at all. */
function asks(editor: Editor, control: Element, region: Region): boolean {
  const selected = editor.tree.value.text(control, "visibleWhen") === "region-selected";
  return (selected ? regionMatches : labelMatches)(editor, control, region);
}

/** Whether a control that takes one choice has several, as imported work may. */
function tooMany(editor: Editor, control: Element): boolean {
  const tree = editor.tree.value;
  if (control.tag !== "Choices" || tree.text(control, "choice") === "multiple") return false;
  const name = tree.text(control, "name");
  return editor.items.value.some(({ result }) => {
    const choices = result.value?.choices;
    return result.from_name === name && Array.isArray(choices) && choices.length > 1;
  });
}
