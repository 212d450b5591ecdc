import { useEffect, useRef, useState } from "preact/hooks";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { safeColor } from "../stage/colour";
import { answering, answerOf } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Form, Subject } from "../state/family";
import { keyOf, normalKey } from "../state/keymap";
import { say } from "../state/submitting";
import { accepting, suggestedFor } from "../state/suggestions";
import { type FieldProps, fieldOf } from "./_field";
import { leave } from "./_focus";
import { addressOf, type, typedOf } from "./_typed";
import styles from "./textarea.css";

/** What stands in the field: what was typed, else what the config fills in where nothing is said. */
function textOf(editor: Editor, control: Element, subject: Subject): string {
  const text = typedOf(editor, control, subject);
  if (text !== undefined) return text;
  const said = entriesOf(editor, control, subject).length > 0;
  return said ? "" : editor.tree.value.text(control, "value");
}

/** The entries of a value; one that is a bare text is a list of it. */
function entriesIn(value: Value | undefined): string[] {
  const text = value?.text;
  return Array.isArray(text) ? text.map(String) : typeof text === "string" ? [text] : [];
}

const entriesOf = (editor: Editor, control: Element, subject: Subject): string[] =>
  entriesIn(answerOf(editor, control, subject)?.result.value);

/** Whether a further entry is taken. */
function hasRoom(editor: Editor, control: Element, entries: readonly string[]): boolean {
  const tree = editor.tree.value;
  const most = tree.number(control, "maxSubmissions");
  if (tree.attribute(control, "allowSubmit") === false) return false;
  if (tree.flag(control, "transcription") && entries.length > 0) return false;
  return most === null || entries.length < most;
}

const TWICE = "There is already an entry with that text. Please enter unique text.";

/** The entries with one more, or why it is not taken. */
function extended(
  editor: Editor,
  control: Element,
  entries: readonly string[],
  text: string,
): readonly string[] | string {
  const unique = editor.tree.value.flag(control, "skipDuplicates");
  return unique && entries.includes(text) ? TWICE : [...entries, text];
}

/** Makes an entry of what is typed. */
function add(editor: Editor, control: Element, subject: Subject): void {
  const text = textOf(editor, control, subject);
  if (!text.trim() || editor.readOnly.value) return;
  const entries = extended(editor, control, entriesOf(editor, control, subject), text);
  if (typeof entries === "string") {
    editor.tell(entries, "info");
    return;
  }
  editor.untell(TWICE);
  say(
    editor,
    answering(editor, control, () => ({ text: entries }), [subject]),
  );
  type(editor, control, subject, null);
}

/** Changes an entry, or with null takes it away. */
function change(
  editor: Editor,
  control: Element,
  subject: Subject,
  at: number,
  text: string | null,
): void {
  const entries = entriesOf(editor, control, subject);
  if (editor.readOnly.value || entries[at] === text) return;
  const next = text?.trim() ? entries.with(at, text) : entries.toSpliced(at, 1);
  editor.commit(answering(editor, control, () => ({ text: next }), [subject]));
}

function Area({ editor, control, subject }: FieldProps) {
  const tree = editor.tree.value;
  const name = tree.text(control, "name");
  const label = tree.text(control, "label");
  const entries = entriesOf(editor, control, subject);
  const open = hasRoom(editor, control, entries) && !editor.readOnly.value;
  const address = addressOf(editor, control, subject);
  // What was typed about a region is said when another one is selected.
  useEffect(
    () => () => {
      const there = subject.region && editor.regionOf(subject.region.id);
      if (there && address === addressOf(editor, control, { ...subject, region: there }))
        add(editor, control, { ...subject, region: there });
    },
    [address],
  );
  return (
    <div role="group" aria-label={name} class="nb-area">
      {label && <span class="nb-area-label">{label}</span>}
      {open && <Field {...{ editor, control, subject }} />}
      <ul class="nb-area-entries" aria-label={`Entries of ${name}`} hidden={entries.length === 0}>
        {entries.map((text, at) => (
          <Entry key={`${at} ${text}`} {...{ editor, control, subject, text, at }} />
        ))}
      </ul>
      <Suggested {...{ editor, control, subject }} />
    </div>
  );
}

function Suggested({ editor, control, subject }: FieldProps) {
  const suggested = subject.region ? undefined : suggestedFor(editor, control);
  const entries = entriesIn(suggested?.result.value);
  if (!suggested || entries.length === 0) return null;
  return (
    <ul class="nb-area-entries" aria-label="Suggested">
      {entries.map((text, at) => (
        <li key={`${at} ${text}`} class="nb-area-entry" data-suggested>
          <span class="nb-grow">{text}</span>
        </li>
      ))}
      <li>
        <button
          type="button"
          class="nb-small"
          onClick={() => say(editor, accepting(editor, [suggested]))}
        >
          Accept
        </button>{" "}
        <button
          type="button"
          class="nb-small"
          onClick={() => {
            type(editor, control, subject, entries.join("\n"));
          }}
        >
          Edit
        </button>
      </li>
    </ul>
  );
}

function Field({ editor, control, subject }: FieldProps) {
  const tree = editor.tree.value;
  const name = tree.text(control, "name");
  const rows = Math.max(1, Math.round(tree.number(control, "rows") ?? 1));
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const shows = control.attributes.showSubmitButton ?? rows !== 1;
  const shortcuts = tree.children(control).filter(({ tag }) => tag === "Shortcut");
  const insert = (shortcut: Element) => {
    const box = field.current;
    if (!box) return;
    const text = tree.text(shortcut, "value");
    box.focus();
    box.setRangeText(text, box.selectionStart ?? 0, box.selectionEnd ?? 0, "end");
    type(editor, control, subject, box.value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyOf(event);
    const shortcut = shortcuts.find((at) => normalKey(tree.text(at, "hotkey")) === key);
    if (shortcut && tree.text(shortcut, "hotkey")) insert(shortcut);
    else if (key === (rows === 1 ? "enter" : "shift+enter") && !event.isComposing)
      add(editor, control, subject);
    else if (key === "escape") leave(field.current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const Box = rows === 1 ? "input" : "textarea";
  return (
    <>
      <div class="nb-area-form">
        <Box
          ref={field}
          class="nb-field nb-area-field"
          aria-label={tree.text(control, "label") || name}
          placeholder={tree.text(control, "placeholder")}
          {...(rows === 1 ? {} : { rows })}
          value={textOf(editor, control, subject)}
          title={rows === 1 ? "⏎ adds it" : "shift ⏎ adds it"}
          onInput={(event: Event) =>
            type(editor, control, subject, (event.currentTarget as HTMLInputElement).value)
          }
          onKeyDown={onKeyDown}
        />
        {shows && (
          <button type="button" class="nb-button" onClick={() => add(editor, control, subject)}>
            Add
          </button>
        )}
      </div>
      {shortcuts.length > 0 && (
        <div class="nb-area-shortcuts" role="group" aria-label={`Shortcuts of ${name}`}>
          {shortcuts.map((shortcut) => (
            <button
              key={shortcut.id}
              type="button"
              class="nb-small nb-area-shortcut"
              style={{ "--nb-label": safeColor(tree.text(shortcut, "background")) }}
              onClick={() => insert(shortcut)}
            >
              {tree.text(shortcut, "alias") || tree.text(shortcut, "value")}
              {tree.text(shortcut, "hotkey") && (
                <kbd aria-hidden="true">{tree.text(shortcut, "hotkey")}</kbd>
              )}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

interface EntryProps extends FieldProps {
  readonly text: string;
  readonly at: number;
}

function Entry({ editor, control, subject, text, at }: EntryProps) {
  const tree = editor.tree.value;
  const free = !editor.readOnly.value;
  const mayEdit = free && (tree.flag(control, "editable") || tree.flag(control, "transcription"));
  const [editing, setEditing] = useState(false);
  const done = (next: string) => {
    setEditing(false);
    change(editor, control, subject, at, next);
  };
  if (editing)
    return (
      <li class="nb-area-entry">
        <textarea
          ref={(box) => box?.focus()}
          class="nb-field nb-area-field"
          aria-label={`Entry ${at + 1}`}
          rows={Math.max(1, text.split("\n").length)}
          defaultValue={text}
          onBlur={(event) => done(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setEditing(false);
            else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey)
              leave(event.currentTarget);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      </li>
    );
  return (
    <li class="nb-area-entry">
      <span class="nb-grow">{text}</span>
      {mayEdit && (
        <button
          type="button"
          class="nb-tool"
          aria-label={`Edit entry ${at + 1}`}
          onClick={() => setEditing(true)}
        >
          ✎
        </button>
      )}
      {free && (
        <button
          type="button"
          class="nb-tool"
          aria-label={`Delete entry ${at + 1}`}
          onClick={() => change(editor, control, subject, at, null)}
        >
          ✕
        </button>
      )}
    </li>
  );
}

const form: Form = {
  isEmpty: (value) => entriesIn(value).every((text) => !text.trim()),
  missing: (name) => `Input for the textarea "${name}" is required.`,
  pending(editor, control, subject) {
    const text = textOf(editor, control, subject);
    const entries = entriesOf(editor, control, subject);
    // What the config fills in is said of the task; of a region only what was typed.
    const meant = !subject.region || typedOf(editor, control, subject) !== undefined;
    if (!text.trim() || !meant || !hasRoom(editor, control, entries)) return undefined;
    const next = extended(editor, control, entries, text);
    return typeof next === "string" ? undefined : { text: next };
  },
  settled: (editor, control, subject) => type(editor, control, subject, null),
  words: (value) => entriesIn(value).join(" · ") || null,
};

export const family: Family = { views: { TextArea: fieldOf(Area) }, form, styles };
