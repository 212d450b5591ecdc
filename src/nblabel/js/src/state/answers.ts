import { replace } from "../core/changes";
import type { Value } from "../core/regions";
import type { Element, Item } from "../core/types";
import type { Editor, Said } from "./editor";
import { formOf } from "./families";
import type { Subject } from "./family";
import { whereOf } from "./places";
import { changing } from "./regions";
import { added, further, itemOf, revised, statement } from "./results";
import { isVisible } from "./visibility";

const isPerRegion = (editor: Editor, control: Element) =>
  editor.tree.value.flag(control, "perRegion");

/** What a control asks about now: the selected regions, the item on screen, or the task. */
export function subjectsNow(editor: Editor, control: Element): Subject[] {
  if (isPerRegion(editor, control)) return regionsAsked(editor, control, editor.selected.value);
  return [{ region: null, item: editor.itemFor(control) }];
}

/** All that a control asks about before the task is submitted. */
export function subjectsOf(editor: Editor, control: Element): Subject[] {
  const tree = editor.tree.value;
  if (isPerRegion(editor, control)) return regionsAsked(editor, control, editor.regions.value);
  if (!tree.flag(control, "perItem"))
    return isVisible(editor, control) ? [{ region: null, item: null }] : [];
  const object = tree.named(tree.text(control, "toName"));
  const count = Math.max(1, object ? editor.itemCount(object) : 1);
  const items = Array.from({ length: count }, (_, item) => ({ region: null, item }));
  return items.filter(({ item }) => isVisible(editor, control, undefined, item));
}

function regionsAsked(editor: Editor, control: Element, regions: Editor["regions"]["value"]) {
  const asked = regions.filter((region) => isVisible(editor, control, region));
  return asked.map((region) => ({ region, item: null }));
}

/** What a control says of a subject; of what it asks about now where none is given. */
export function answerOf(
  editor: Editor,
  control: Element,
  subject: Subject | undefined = subjectsNow(editor, control)[0],
): Item | undefined {
  if (!subject) return undefined;
  if (subject.region) return itemOf(subject.region, editor.tree.value.text(control, "name"));
  return editor.resultOf(control, subject.item);
}

/** What a control says of each subject that it asks about now. */
export const answersNow = (editor: Editor, control: Element): (Item | undefined)[] =>
  subjectsNow(editor, control).map((subject) => answerOf(editor, control, subject));

/** Whether a control's value says nothing. */
export function isEmpty(editor: Editor, control: Element, value: Value | undefined): boolean {
  if (!value) return true;
  const own = formOf(editor, control)?.isEmpty;
  if (own) return own(value);
  const said = value[editor.tree.value.tag(control)?.valueKey ?? ""];
  return said === undefined || said === null || said === "" || (said as unknown[]).length === 0;
}

/** What it takes for a control to say something of subjects; a value that says nothing unsays it. */
export function answering(
  editor: Editor,
  control: Element,
  value: (subject: Subject) => Value | undefined,
  subjects: readonly Subject[] = subjectsNow(editor, control),
): Said {
  const given = (subject: Subject) => {
    const said = value(subject);
    return isEmpty(editor, control, said) ? undefined : said;
  };
  const regions = new Map(subjects.flatMap((at) => (at.region ? [[at.region, at]] : [])));
  if (regions.size > 0)
    return changing(editor, [...regions.keys()], (region) => {
      const subject = regions.get(region) as Subject;
      const item = answerOf(editor, control, subject);
      const said = given(subject);
      if (item) return [{ item, result: said ? revised(item.result, said) : null }];
      const where = said && { ...whereOf(editor, region), ...said };
      const result = where && further(editor.tree.value, region, control, where);
      return result ? [{ result }] : [];
    });
  let ordinal = editor.nextOrdinal;
  const edits = subjects.flatMap((subject) => {
    const item = answerOf(editor, control, subject);
    const said = given(subject);
    if (item) return [replace(item, said ? revised(item.result, said) : null)];
    if (!said) return [];
    return [added(statement(editor.tree.value, control, said, subject.item), ordinal++)];
  });
  return { edits };
}
