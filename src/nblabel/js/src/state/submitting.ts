import { apply, sameJson } from "../core/changes";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { answering, isEmpty, subjectsNow, subjectsOf } from "./answers";
import type { Editor, Said } from "./editor";
import { formOf } from "./families";
import type { Subject } from "./family";
import { commit } from "./regions";
import { accepting, suggestedFor } from "./suggestions";
import { firstProblem } from "./validation";
import { withheld } from "./visibility";

/**
 * Submits, or updates, unless something is missing; then goes on. What is said with it is one
 * gesture with it, and undo takes back both.
 */
export async function submit(editor: Editor, said?: Said): Promise<void> {
  if (editor.route.finished.value || editor.readOnly.value) return;
  if (editor.drawing.value) {
    editor.tell("A shape is not finished yet: Enter keeps it, Escape drops it.", "info");
    return;
  }
  if (!said) sayPending(editor);
  const problem = said ? null : firstProblem(editor);
  if (problem) {
    editor.tell(problem.text);
    if (problem.region) editor.selection.value = [problem.region];
    if (problem.item)
      editor.shown.value = new Map(editor.shown.value).set(problem.item.object, problem.item.at);
    return;
  }
  const edits = said?.edits ?? [];
  const kept = withheld(editor, apply(editor.items.value, edits));
  const away = new Set(kept.map(({ uid }) => uid));
  editor.answer("submit", {
    ...said,
    edits: [...edits.filter(({ uid }) => !away.has(uid)), ...unsaid(editor, kept)],
  });
  await editor.route.next();
}

/** Of what is left out, what the store knows of: an answer may be said and left out in one. */
const unsaid = (editor: Editor, kept: ReturnType<typeof withheld>) => {
  const there = new Map(editor.items.value.map((item) => [item.uid, item.result]));
  return kept.flatMap((edit) => {
    const before = there.get(edit.uid);
    return before ? [{ ...edit, before }] : [];
  });
};

/** Marks the task as skipped, results kept as they stand; then goes on. */
export async function skip(editor: Editor): Promise<void> {
  if (editor.route.finished.value || editor.readOnly.value) return;
  editor.answer("skip");
  await editor.route.next();
}

/** Says something of the task; in a labeler that advances, that is the answer. */
export function say(editor: Editor, said: Said): void {
  if (editor.advance.value) void submit(editor, said);
  else commit(editor, said);
}

/** Answers a control; where just that is suggested, the suggestion is accepted. */
export function answer(
  editor: Editor,
  control: Element,
  value: (subject: Subject) => Value | undefined,
): void {
  if (editor.readOnly.value) return;
  const suggested = suggestedFor(editor, control);
  const [subject, ...more] = subjectsNow(editor, control);
  const said = subject && more.length === 0 ? value(subject) : undefined;
  const agreed = suggested && said && sameJson(suggested.result.value, said);
  say(editor, agreed ? accepting(editor, [suggested]) : answering(editor, control, value));
}

/** Accepts everything that is suggested. */
export function acceptAll(editor: Editor): void {
  const items = editor.suggested.value;
  if (items.length > 0) say(editor, accepting(editor, items));
}

/** Says what was begun and not yet said: text that was typed, defaults. */
function sayPending(editor: Editor): void {
  const begun = editor.tree.value.elements.flatMap((control) => {
    const form = formOf(editor, control);
    if (!form?.pending) return [];
    return subjectsOf(editor, control).flatMap((subject) => {
      const value = form.pending?.(editor, control, subject);
      return value && !isEmpty(editor, control, value) ? [{ form, control, subject, value }] : [];
    });
  });
  const edits = begun.flatMap(
    ({ control, subject, value }) => answering(editor, control, () => value, [subject]).edits ?? [],
  );
  if (edits.length > 0) editor.commit({ edits: renumbered(editor, edits) });
  for (const { form, control, subject } of begun) form.settled?.(editor, control, subject);
}

/** New items of several controls, one after the other. */
function renumbered(editor: Editor, edits: NonNullable<Said["edits"]>) {
  let ordinal = editor.nextOrdinal;
  return edits.map((edit) => (edit.before === null ? { ...edit, ordinal: ordinal++ } : edit));
}
