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
  const most = editor.tree.value.number(control, "maxSubmissions");
  return most === null || entries.length < most;
}

/** Whether what is typed becomes an entry at a press; else it does with the submission. */
const addsAtOnce = (editor: Editor, control: Element): boolean =>
  editor.tree.value.flag(control, "allowSubmit");

const rowsOf = (editor: Editor, control: Element): number =>
  Math.max(1, Math.round(editor.tree.value.number(control, "rows") ?? 1));

/** The key that says a text is whole: in one of several lines Enter begins the next line. */
const doneKey = (rows: number): string => (rows === 1 ? "enter" : "shift+enter");

const TWICE = "There is already an entry with that text. Please enter unique text.";

/** Whether a text is an entry already that may be there once, however it is capitalised. */
function isTwice(editor: Editor, control: Element, entries: readonly string[], text: string) {
  if (!editor.tree.value.flag(control, "skipDuplicates")) return false;
  return entries.some((entry) => entry.toLowerCase() === text.toLowerCase());
}

/** Makes an entry of what is typed. */
function add(editor: Editor, control: Element, subject: Subject): void {
  const text = textOf(editor, control, subject);
  if (!text.trim() || editor.readOnly.value) return;
  const entries = entriesOf(editor, control, subject);
  if (isTwice(editor, control, entries, text)) {
    editor.tell(TWICE, "info");
    return;
  }
  editor.untell(TWICE);
  say(
    editor,
    answering(editor, control, () => ({ text: [...entries, text] }), [subject]),
  );
  type(editor, control, subject, null);
}

/** Changes an entry, or with null takes it away; tells where it may not be so. */
function change(
  editor: Editor,
  control: Element,
  subject: Subject,
  at: number,
  text: string | null,
): void {
  const entries = entriesOf(editor, control, subject);
  if (editor.readOnly.value || entries[at] === text) return;
  if (text !== null && isTwice(editor, control, entries.toSpliced(at, 1), text)) {
    editor.tell(TWICE, "info");
    return;
  }
  editor.untell(TWICE);
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
  const shortcuts = tree.children(control).filter(({ tag }) => tag === "Shortcut");
  const fields = useRef<HTMLDivElement>(null);
  const last = useRef<Box | null>(null);
  /** Puts a shortcut's text where the caret is, or was. */
  const insert = (shortcut: Element) => {
    const known = last.current?.isConnected ? last.current : null;
    const box = known ?? fields.current?.querySelector<Box>(BOX);
    if (!box) return;
    box.focus();
    const text = tree.text(shortcut, "value");
    box.setRangeText(text, box.selectionStart ?? 0, box.selectionEnd ?? 0, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return (
    <div
      ref={fields}
      role="group"
      aria-label={name}
      class="nb-area"
      onFocusIn={(event) => {
        if ((event.target as HTMLElement).matches(BOX)) last.current = event.target as Box;
      }}
      onKeyDownCapture={(event) => {
        const key = keyOf(event);
        const shortcut = shortcuts.find((at) => keyOfShortcut(editor, at) === key);
        if (!shortcut || !(event.target as HTMLElement).matches(BOX)) return;
        insert(shortcut);
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {label && <span class="nb-area-label">{label}</span>}
      {open && <Field {...{ editor, control, subject }} />}
      {shortcuts.length > 0 && !editor.readOnly.value && (
        <Shortcuts {...{ editor, shortcuts, insert, name }} />
      )}
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

type Box = HTMLInputElement | HTMLTextAreaElement;

const BOX = ".nb-area-field";

/** The key of a shortcut; null where it has none. */
function keyOfShortcut(editor: Editor, shortcut: Element): string | null {
  const key = editor.tree.value.text(shortcut, "hotkey");
  return key && normalKey(key);
}

interface ShortcutsProps {
  readonly editor: Editor;
  readonly shortcuts: readonly Element[];
  readonly insert: (shortcut: Element) => void;
  readonly name: string;
}

function Shortcuts({ editor, shortcuts, insert, name }: ShortcutsProps) {
  const tree = editor.tree.value;
  return (
    <div class="nb-area-shortcuts" role="group" aria-label={`Shortcuts of ${name}`}>
      {shortcuts.map((shortcut) => (
        <button
          key={shortcut.id}
          type="button"
          class="nb-small nb-area-shortcut"
          style={{ "--nb-label": safeColor(tree.text(shortcut, "background")) }}
          onMouseDown={(event) => event.preventDefault()} // the field keeps the keyboard
          onClick={() => insert(shortcut)}
        >
          {tree.text(shortcut, "alias") || tree.text(shortcut, "value")}
          {tree.text(shortcut, "hotkey") && (
            <kbd aria-hidden="true">{tree.text(shortcut, "hotkey")}</kbd>
          )}
        </button>
      ))}
    </div>
  );
}

function Field({ editor, control, subject }: FieldProps) {
  const tree = editor.tree.value;
  const name = tree.text(control, "name");
  const rows = rowsOf(editor, control);
  const atOnce = addsAtOnce(editor, control);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const shows = atOnce && (control.attributes.showSubmitButton ?? rows !== 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyOf(event);
    if (atOnce && key === doneKey(rows) && !event.isComposing) add(editor, control, subject);
    else if (key === "escape") leave(field.current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const Box = rows === 1 ? "input" : "textarea";
  return (
    <div class="nb-area-form">
      <Box
        ref={field}
        class="nb-field nb-area-field"
        aria-label={tree.text(control, "label") || name}
        placeholder={tree.text(control, "placeholder")}
        {...(rows === 1 ? {} : { rows })}
        value={textOf(editor, control, subject)}
        title={atOnce ? `${rows === 1 ? "⏎" : "shift ⏎"} adds it` : undefined}
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
  );
}

interface EntryProps extends FieldProps {
  readonly text: string;
  readonly at: number;
}

function Entry({ editor, control, subject, text, at }: EntryProps) {
  const tree = editor.tree.value;
  const rows = rowsOf(editor, control);
  const free = !editor.readOnly.value;
  const transcribes = tree.flag(control, "transcription");
  const mayEdit = free && (transcribes || tree.flag(control, "editable"));
  const stays = mayEdit && transcribes && tree.flag(control, "editable");
  const [opened, setOpened] = useState(false);
  const editing = stays || opened;
  const done = (box: HTMLTextAreaElement) => {
    setOpened(false);
    change(editor, control, subject, at, box.value);
    if (entriesOf(editor, control, subject)[at] === text) box.value = text; // it was refused
  };
  const deleting = free && (
    <button
      type="button"
      class="nb-tool"
      aria-label={`Delete entry ${at + 1}`}
      onClick={() => change(editor, control, subject, at, null)}
    >
      ✕
    </button>
  );
  if (editing)
    return (
      <li class="nb-area-entry">
        <textarea
          ref={(box) => {
            if (opened) box?.focus();
          }}
          class="nb-field nb-area-field"
          aria-label={`Entry ${at + 1}`}
          rows={Math.max(rows, text.split("\n").length)}
          defaultValue={text}
          title={`${rows === 1 ? "⏎" : "shift ⏎"} keeps it`}
          onBlur={(event) => done(event.currentTarget)}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            const key = keyOf(event);
            if (key === "ctrl+enter") return done(event.currentTarget); // and submitted
            if (key === "escape") {
              event.currentTarget.value = text;
              setOpened(false);
              leave(event.currentTarget);
            } else if (key === doneKey(rows)) leave(event.currentTarget);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {stays && deleting}
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
          onClick={() => setOpened(true)}
        >
          ✎
        </button>
      )}
      {deleting}
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
    if (isTwice(editor, control, entries, text)) return undefined;
    return { text: [...entries, text] };
  },
  settled: (editor, control, subject) => type(editor, control, subject, null),
  words: (value) => entriesIn(value).join(" · ") || null,
};

export const family: Family = { views: { TextArea: fieldOf(Area) }, form, styles };
