import type { Element } from "../core/types";
import { answerOf, isEmpty, subjectsOf } from "./answers";
import type { Editor } from "./editor";
import { familiesOf, formOf } from "./families";
import type { MissingProblem } from "./family";

/** What stands in the way of submitting: the first answer that is missing or wrong. */
export function firstProblem(editor: Editor): MissingProblem | null {
  for (const control of editor.tree.value.elements) {
    const problem = problemOf(editor, control);
    if (problem) return problem;
  }
  for (const family of familiesOf(editor)) {
    const problem = family.unfinished?.(editor);
    if (problem) return problem;
  }
  return null;
}

/** Only what can be seen is asked for, as in Label Studio. */
function problemOf(editor: Editor, control: Element): MissingProblem | null {
  const tree = editor.tree.value;
  const form = formOf(editor, control);
  const required = tree.flag(control, "required");
  if (!form || !(required || form.problem)) return null;
  for (const subject of subjectsOf(editor, control)) {
    const value = answerOf(editor, control, subject)?.result.value;
    const missing = required && isEmpty(editor, control, value);
    const text = missing
      ? missingText(editor, control)
      : (form.problem?.(editor, control, value) ?? null);
    if (text === null) continue;
    if (subject.region) return { text, control, region: subject.region.id };
    if (subject.item === null) return { text, control };
    return { text, control, item: { object: tree.text(control, "toName"), at: subject.item } };
  }
  return null;
}

function missingText(editor: Editor, control: Element): string {
  const tree = editor.tree.value;
  const name = tree.text(control, "name");
  const own = formOf(editor, control)?.missing?.(name);
  return tree.text(control, "requiredMessage") || own || `${control.tag} "${name}" is required.`;
}
