import type { ComponentChild } from "preact";
import type { Editor } from "../state/editor";
import { hotkeysOf } from "../state/hotkeys";
import { skip, submit } from "../state/submitting";
import { done } from "../state/work";
import { doneWords, Filters } from "./filters";
import { Icon, type IconName } from "./icons";
import { TaskMap } from "./map";

/** The key of a command as a person reads it. */
export function keyWords(editor: Editor, command: string): string {
  const keys = editor.spec.commands[command]?.keys ?? [];
  const taken = [...hotkeysOf(editor).values()];
  const key = keys.find((key) => !taken.includes(key)) ?? keys[0] ?? "";
  return key
    .replaceAll("+", " ")
    .replace("enter", "⏎")
    .replace(/\bspace/, "␣");
}

interface ToolProps {
  readonly editor: Editor;
  readonly icon: IconName;
  readonly name: string;
  readonly command?: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

export function ToolButton({ editor, icon, name, command, disabled, pressed, onClick }: ToolProps) {
  const key = command ? ` (${keyWords(editor, command)})` : "";
  return (
    <button
      type="button"
      class="nb-tool"
      aria-label={name}
      title={`${name}${key}`}
      aria-disabled={disabled || undefined}
      aria-pressed={pressed}
      onClick={() => !disabled && onClick()}
    >
      <Icon name={icon} />
    </button>
  );
}

function Place({ editor }: { editor: Editor }) {
  const index = editor.work.value?.view.index; // what is on screen, not what is on its way
  const { more, total } = editor.progress.value;
  const shown = index === undefined ? "–" : String(index + 1);
  return (
    <button
      type="button"
      class="nb-number"
      aria-label="Task"
      aria-description={`${shown} of ${total}; press to go to another`}
      title={`Find a task (${keyWords(editor, "task:goto")})`}
      aria-expanded={editor.panel.value === "finder"}
      onClick={() => editor.openPanel("finder")}
    >
      <b>{shown}</b> / {total}
      {more && "+"}
    </button>
  );
}

interface TopProps {
  readonly editor: Editor;
  readonly full: () => void;
  /** Whose work is shown, where there is a choice. */
  readonly whose: ComponentChild;
}

/** Where am I, and what can be taken back. */
export function TopBar({ editor, full, whose }: TopProps) {
  const panel = editor.panel.value;
  const tool = { editor };
  return (
    <header class="nb-top">
      <TaskMap editor={editor} />
      <ToolButton
        {...tool}
        icon="previous"
        name="Previous task"
        command="task:previous"
        onClick={() => void editor.route.previous()}
      />
      <Place editor={editor} />
      <ToolButton
        {...tool}
        icon="next"
        name="Next task"
        command="task:next"
        onClick={() => void editor.route.next()}
      />
      <Filters editor={editor} />
      {whose}
      <span class="nb-grow">
        <span class="nb-muted nb-counts" aria-hidden="true">
          {editor.focused.value ? doneWords(editor) : "click to use the keys"}
        </span>
      </span>
      <ToolButton
        {...tool}
        icon="undo"
        name="Undo"
        command="annotation:undo"
        disabled={!editor.canUndo.value && !editor.drawing.value}
        onClick={() => void editor.undo()}
      />
      <ToolButton
        {...tool}
        icon="redo"
        name="Redo"
        command="annotation:redo"
        disabled={!editor.canRedo.value && !editor.drawing.value}
        onClick={() => void editor.redo()}
      />
      <ToolButton
        {...tool}
        icon="help"
        name="Keys"
        command="help"
        pressed={panel === "keys"}
        onClick={() => editor.openPanel("keys")}
      />
      <ToolButton
        {...tool}
        icon="settings"
        name="Settings"
        pressed={panel === "settings"}
        onClick={() => editor.openPanel("settings")}
      />
      <ToolButton {...tool} icon="full" name="Full size" onClick={full} />
    </header>
  );
}

function Safety({ editor }: { editor: Editor }) {
  const unsaved = editor.outbox.unsaved.value;
  const refused = editor.outbox.refused.value;
  const health = editor.health.value;
  const words = [
    unsaved > 0 ? `${unsaved} unsaved` : "Saved",
    ...(health === "fine" ? [] : [`kernel ${health}`]),
  ].join(" · ");
  const bad = refused !== null || health === "gone";
  const tone = bad ? "nb-bad" : unsaved > 0 || health !== "fine" ? "nb-amber" : "nb-good";
  return (
    <span role="status" class={`nb-safety ${tone}`}>
      {words}
    </span>
  );
}

/** Where labels are kept; a store in memory goes with its kernel. */
function Store({ name }: { name: string }) {
  return name === ":memory:" ? (
    <span class="nb-amber" title="Labels are in memory only: they go with the kernel">
      not kept
    </span>
  ) : (
    <span class="nb-store" title={`Labels are kept in ${name}`}>
      {name.split(/[\\/]/).at(-1)}
    </span>
  );
}

/** Is it safe, what did I just do, what comes next. */
export function BottomBar({ editor }: { editor: Editor }) {
  const work = editor.work.value;
  const submitted = work?.state === "submitted";
  const off = !work || editor.route.finished.value || editor.readOnly.value;
  const updateOff = off || (submitted && !work.pending);
  return (
    <footer class="nb-bottom">
      <Safety editor={editor} />
      <span class="nb-decisions">
        {editor.decisions.value.map(({ index, key, state, text }) => (
          <button
            key={key}
            type="button"
            class="nb-decision"
            data-state={state}
            aria-label={`Back to task ${index + 1}: ${text}`}
            title={`Back to task ${index + 1}: ${text}`}
            onClick={() => void editor.route.goto(index)}
          >
            {index + 1} <b>{text}</b>
          </button>
        ))}
      </span>
      <Store name={editor.spec.storeName} />
      <button
        type="button"
        class="nb-button"
        aria-label="Skip"
        aria-disabled={off || undefined}
        title={`Skip (${keyWords(editor, "annotation:skip")})`}
        onClick={() => !off && void skip(editor)}
      >
        Skip <kbd aria-hidden="true">{keyWords(editor, "annotation:skip")}</kbd>
      </button>
      <button
        type="button"
        class="nb-button nb-primary"
        aria-label={submitted ? "Update" : "Submit"}
        aria-disabled={updateOff || undefined}
        title={`${submitted ? "Update" : "Submit"} (${keyWords(editor, "annotation:submit")})`}
        onClick={() => !updateOff && void submit(editor)}
      >
        {submitted ? "Update" : "Submit"}{" "}
        <kbd aria-hidden="true">{keyWords(editor, "annotation:submit")}</kbd>
      </button>
    </footer>
  );
}

/** What went wrong, in words, until it is read. */
export function Notices({ editor }: { editor: Editor }) {
  const { refused, volatile } = editor.outbox;
  const view = editor.work.value?.view;
  const lasting = [
    ...(editor.health.value === "gone"
      ? ["The kernel is gone. Start it again and run the cell; what is unsaved waits here for it."]
      : []),
    ...(refused.value === null ? [] : [`The kernel did not save: ${refused.value}`]),
    ...(volatile.value === null ? [] : [`Warning: ${volatile.value}`]),
    ...(view?.problems ?? []),
    ...(view?.changed && done(view.annotation)
      ? ["The data changed since this task was labeled; please look at it again."]
      : []),
  ];
  return (
    <div class="nb-notices" role="log" aria-label="Messages" aria-live="polite">
      {lasting.map((text) => (
        <p key={text} class="nb-message">
          <span class="nb-grow">{text}</span>
          {text.startsWith("The kernel did not save") && (
            <button type="button" class="nb-small" onClick={() => editor.outbox.retry()}>
              Try again
            </button>
          )}
        </p>
      ))}
      {editor.notices.value.map(({ text, tone }) => (
        <p key={text} class={`nb-message nb-${tone}`}>
          <span class="nb-grow">{text}</span>
          <button
            type="button"
            class="nb-tool"
            aria-label="Dismiss"
            onClick={() => editor.untell(text)}
          >
            <Icon name="remove" />
          </button>
        </p>
      ))}
    </div>
  );
}
