import { useEffect, useRef } from "preact/hooks";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { answering, answerOf, subjectsNow } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Form, Subject } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { keyOf } from "../state/keymap";
import { say } from "../state/submitting";
import { type FieldProps, Focus, fieldOf, Proposed } from "./_field";
import { leave } from "./_focus";
import { type, typedOf } from "./_typed";
import styles from "./number.css";

/** Steps are compared with this tolerance, as Label Studio compares them. */
const NEARLY = 1e-8;

const numberIn = (value: Value | undefined): number | null =>
  typeof value?.number === "number" ? value.number : null;

/** The number of a value, to be read; null where there is none. */
const wordsOf = (value: Value | undefined): string | null => numberIn(value)?.toString() ?? null;

/** What a person typed as a number; null where it is none. */
function parsed(text: string): number | null {
  const number = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(number) ? number : null;
}

/** What is wrong with a number, in few words; null where it fits. */
function misfit(editor: Editor, control: Element, number: number): string | null {
  const tree = editor.tree.value;
  const [min, max, step] = ["min", "max", "step"].map((name) => tree.number(control, name));
  if (typeof min === "number" && number < min) return `at least ${min} is accepted`;
  if (typeof max === "number" && number > max) return `at most ${max} is accepted`;
  if (!step) return null;
  const from = min ?? 0;
  const at = (steps: number) => Number((from + steps * step).toPrecision(15));
  const steps = (number - from) / step;
  if (Math.abs(number - at(Math.round(steps))) <= NEARLY) return null;
  return `the nearest that are accepted are ${at(Math.floor(steps))} and ${at(Math.ceil(steps))}`;
}

/** Says what was typed of a subject; what is no number stays in its field, and is told. */
function enter(editor: Editor, control: Element, subject: Subject): void {
  const text = typedOf(editor, control, subject);
  if (text === undefined || editor.readOnly.value) return;
  const number = parsed(text);
  if (text.trim() && number === null) return;
  const before = numberIn(answerOf(editor, control, subject)?.result.value);
  type(editor, control, subject, null);
  if (number === before) return;
  const value = number === null ? undefined : { number };
  say(
    editor,
    answering(editor, control, () => value, [subject]),
  );
}

/** What stands in the field. */
function shownOf(editor: Editor, control: Element, subject: Subject): string {
  const said = answerOf(editor, control, subject)?.result.value?.number;
  return typedOf(editor, control, subject) ?? (said === undefined ? "" : String(said));
}

function Entry({ editor, control, subject }: FieldProps) {
  const tree = editor.tree.value;
  const field = useRef<HTMLInputElement>(null);
  const name = tree.text(control, "name");
  const shown = shownOf(editor, control, subject);
  const number = parsed(shown);
  const off = editor.readOnly.value;
  const limits = limitsOf(editor, control);
  const fallback = tree.number(control, "defaultValue");
  const hotkey = editor.settings.value.showHotkeys ? hotkeysOf(editor).get(control.id) : undefined;
  const wrong =
    number === null
      ? shown.trim()
        ? `“${shown}” is no number`
        : null
      : misfit(editor, control, number);
  const typed = (text: string) => type(editor, control, subject, text);
  const done = () => enter(editor, control, subject);
  // What was typed about a region is said when another one is selected.
  useEffect(() => () => void (subject.region && editor.regionOf(subject.region.id) && done()), []);
  return (
    <div class="nb-number-form" role="group" aria-label={name}>
      {tree.flag(control, "slider") && (
        <input
          type="range"
          aria-label={`${name}, slider`}
          {...{
            ...limits,
            min: limits.min ?? 0,
            max: limits.max ?? 100,
            step: limits.step ?? "any",
          }}
          value={number ?? fallback ?? limits.min ?? 0}
          data-unset={number === null || undefined}
          disabled={off}
          onInput={(event) => typed(event.currentTarget.value)}
          onChange={done}
        />
      )}
      <input
        ref={field}
        class="nb-field nb-number-field"
        type="text"
        inputMode="decimal"
        role="spinbutton"
        aria-label={tree.text(control, "label") || name}
        aria-valuenow={number ?? undefined}
        aria-valuemin={limits.min}
        aria-valuemax={limits.max}
        aria-invalid={wrong !== null || undefined}
        placeholder={fallback === null ? undefined : String(fallback)}
        readOnly={off}
        value={shown}
        onInput={(event) => typed(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={(event) => {
          const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (keyOf(event) === hotkey && NO_NUMBER.test(hotkey)) more(editor, control, subject);
          else if (by && !off) typed(stepped(number ?? fallback, by, limits));
          else if (event.key === "Escape") {
            type(editor, control, subject, null);
            leave(field.current);
          } else if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          else leave(field.current);
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Focus editor={editor} control={control} field={field} />
      {hotkey && <kbd aria-hidden="true">{hotkey}</kbd>}
      {wrong && <span class="nb-bad">{wrong}</span>}
      <Proposed {...{ editor, control, subject, words: wordsOf }} />
    </div>
  );
}

interface Limits {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly step: number | undefined;
}

const limitsOf = (editor: Editor, control: Element): Limits => {
  const attribute = (name: string) => editor.tree.value.number(control, name) ?? undefined;
  return { min: attribute("min"), max: attribute("max"), step: attribute("step") };
};

/** One step more with each press of its key, as in Label Studio; after the greatest the least. */
function more(editor: Editor, control: Element, subject: Subject): void {
  if (editor.readOnly.value) return;
  const limits = limitsOf(editor, control);
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits;
  const shown = parsed(shownOf(editor, control, subject));
  const from = shown ?? editor.tree.value.number(control, "defaultValue") ?? min;
  type(editor, control, subject, from >= max ? String(min) : stepped(from, 1, limits));
}

/** Goes one step up and into the field, where it can be written over. */
function press(editor: Editor, element: Element, control: Element): void {
  const [subject] = subjectsNow(editor, control);
  if (subject) more(editor, control, subject);
  Focus.run(editor, element, control);
}

/** A key that no number is written with, so that it is free in the field. */
const NO_NUMBER = /^[^\de,.+-]$/;

/** The next number up or down that is accepted. */
function stepped(from: number | null, by: number, { min, max, step = 1 }: Limits): string {
  if (from === null) return String(min ?? 0);
  const next = from + by * step;
  const kept = Math.max(min ?? Number.NEGATIVE_INFINITY, Math.min(max ?? Infinity, next));
  return String(Number(kept.toPrecision(12)));
}

const form: Form = {
  isEmpty: (value) => numberIn(value) === null,
  words: wordsOf,
  pending(editor, control, subject) {
    const text = typedOf(editor, control, subject);
    const number = text === undefined ? null : parsed(text);
    if (number !== null) return { number };
    const answer = answerOf(editor, control, subject);
    if (answer && text?.trim() === "") return null;
    if (text?.trim() || answer) return undefined;
    const fallback = editor.tree.value.number(control, "defaultValue");
    const meant = !subject.region || editor.tree.value.flag(control, "required");
    return fallback === null || !meant ? undefined : { number: fallback };
  },
  settled: (editor, control, subject) => type(editor, control, subject, null),
  problem(editor, control, value) {
    const number = numberIn(value);
    const wrong = number === null ? null : misfit(editor, control, number);
    return wrong && `Number "${number}" is not valid: ${wrong}`;
  },
};

export const family: Family = {
  views: { Number: fieldOf(Entry) },
  form,
  hotkeys: { of: (_, control) => [control], run: press },
  styles,
};
