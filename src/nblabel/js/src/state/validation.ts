import type { Element } from "../core/types";
import type { Editor } from "./editor";
import { isVisible } from "./visibility";

export interface MissingProblem {
  readonly text: string;
  /** The region that lacks it. */
  readonly region?: string;
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
  if (tree.kind(control) !== "control" || !tree.flag(control, "required")) return null;
  if (tree.tag(control)?.region) return null;
  const name = tree.text(control, "name");
  const own = tree.text(control, "requiredMessage");
  const text =
    own || `${control.tag === "Choices" ? "Checkbox" : control.tag} "${name}" is required.`;
  if (tree.flag(control, "perRegion")) {
    const when = tree.text(control, "whenLabelValue");
    const lacking = editor.regions.value.find((region) => {
      if (region.object !== tree.text(control, "toName")) return false;
      const labels = editor.labeling.regionLabels(region).map((label) => label.name);
      if (when && !when.split(",").some((label) => labels.includes(label.trim()))) return false;
      return !region.items.some(({ result }) => result.from_name === name);
    });
    return lacking ? { text, region: lacking.id } : null;
  }
  if (!isVisible(editor, control) || editor.resultOf(control)) return null;
  return { text };
}
