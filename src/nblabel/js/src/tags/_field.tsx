import { type Signal, signal } from "@preact/signals-core";
import type { RefObject, VNode } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { scoreText } from "../stage/mark";
import { subjectsNow } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Subject, ViewProps } from "../state/family";
import { say } from "../state/submitting";
import { accepting, scoreOf, suggestedFor } from "../state/suggestions";
import { addressOf } from "./_typed";

/** The control whose key was pressed, and how often: its field takes the keyboard. */
const wanted = new WeakMap<Editor, Signal<{ readonly id: number; readonly times: number }>>();

function wantedIn(editor: Editor) {
  const known = wanted.get(editor) ?? signal({ id: -1, times: 0 });
  wanted.set(editor, known);
  return known;
}

interface FocusProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** Puts the keyboard into a control's field when its key is pressed. */
export function Focus({ editor, control, field }: FocusProps) {
  const { id, times } = wantedIn(editor).value;
  useLayoutEffect(() => {
    if (id !== control.id || times === 0) return;
    wantedIn(editor).value = { id: -1, times };
    field.current?.focus();
    field.current?.select?.(); // a list has no text to be replaced
  }, [id, times]);
  return null;
}

Focus.run = (editor: Editor, _element: Element, control: Element) => {
  wantedIn(editor).value = { id: control.id, times: wantedIn(editor).value.times + 1 };
};

export interface FieldProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly subject: Subject;
}

/** The view of a control that has a field for each thing it asks about, each with its own text. */
export function fieldOf(Field: (props: FieldProps) => VNode) {
  return ({ element, editor, subject }: ViewProps) => {
    const [now] = subject ? [subject] : subjectsNow(editor, element);
    if (!now) return null;
    return (
      <Field
        key={addressOf(editor, element, now)}
        editor={editor}
        control={element}
        subject={now}
      />
    );
  };
}

/** What is suggested for a control, to be accepted by a press; `words` says what it is. */
export function Proposed(
  props: FieldProps & { words: (value: Value | undefined) => string | null },
) {
  const { editor, control, subject, words } = props;
  const suggested = subject.region ? undefined : suggestedFor(editor, control);
  const proposed = words(suggested?.result.value);
  if (!suggested || proposed === null) return null;
  const score = scoreOf(editor, suggested.result);
  return (
    <button
      type="button"
      class="nb-small nb-dashed"
      aria-label={`Accept ${proposed}`}
      onClick={() => say(editor, accepting(editor, [suggested]))}
    >
      suggested {proposed}
      {score === null ? "" : ` ${scoreText(score)}`}
    </button>
  );
}
