import { apply, sameJson } from "../core/changes";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { answering, isEmpty, subjectsNow, subjectsOf } from "./answers";
import type { Editor, Said } from "./editor";
import { formOf } from "./families";
import type { Subject } from "./family";
import { commit } from "./regions";
import { accept, accepting, suggestedFor, unreviewed } from "./suggestions";
import { firstProblem } from "./validation";
import { withheld } from "./visibility";

/**
 * Submits, or updates, unless something is missing; then goes on. What is said with it is one
 * gesture with it, and undo takes back both.
 */
export async function submit(editor: Editor, said?: Said): Promise<void> {
  if (!answers(editor)) return;
  if (editor.drawing.value) {
    editor.tell("A shape is not finished yet: Enter keeps it, Escape drops it.", "info");
    return;
  }
  if (!said && mustLook(editor)) return;
  if (!said) sayPending(editor);
  const problem = said ? null : firstProblem(editor);
  if (problem) {
    editor.tell(problem.text);
    editor.asked.value = problem;
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
  if (!answers(editor)) return;
  editor.answer("skip");
  await editor.route.next();
}

/** Accepts everything that is suggested, and submits. */
export async function acceptAndSubmit(editor: Editor): Promise<void> {
  if (!answers(editor)) return;
  accept(editor, editor.suggested.value);
  await submit(editor);
}

/** Whether there is a task to answer: while another one comes, a key means neither. */
export function answers({ route, readOnly }: Editor): boolean {
  return !route.finished.value && !readOnly.value && route.loading.value === null;
}

/** The task of each editor whose suggestions a person was told of. */
const told = new WeakMap<Editor, string | undefined>();

/** Tells, once for a task, that submitting leaves suggestions out that nobody has looked at. */
function mustLook(editor: Editor): boolean {
  const count = unreviewed(editor);
  const key = editor.view.value?.key;
  if (count === 0 || told.get(editor) === key) return false;
  told.set(editor, key);
  const [accepts] = editor.spec.commands["annotation:accept"]?.keys ?? [];
  editor.tell(
    `${count === 1 ? "1 suggestion was" : `${count} suggestions were`} not looked at. ` +
      `${accepts ? `${accepts} accepts and submits` : "Accept what is right"}; ` +
      "submitting once more leaves out what is not accepted.",
    "info",
  );
  return true;
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
      const says = value && !isEmpty(editor, control, value);
      return says || value === null ? [{ form, control, subject, value }] : [];
    });
  });
  const edits = begun.flatMap(
    ({ control, subject, value }) =>
      answering(editor, control, () => value ?? undefined, [subject]).edits ?? [],
  );
  if (edits.length > 0) editor.commit({ edits: renumbered(editor, edits) });
  for (const { form, control, subject } of begun) form.settled?.(editor, control, subject);
}

/** New items of several controls, one after the other. */
function renumbered(editor: Editor, edits: NonNullable<Said["edits"]>) {
  let ordinal = editor.nextOrdinal;
  return edits.map((edit) => (edit.before === null ? { ...edit, ordinal: ordinal++ } : edit));
}
