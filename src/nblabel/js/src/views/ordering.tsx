import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Region } from "../core/regions";
import type { Editor } from "../state/editor";
import { note } from "../state/noting";
import { labelOf, noteOf } from "../state/outline";
import type { Settings } from "../state/settings";
import { ToolButton } from "./bars";
import type { GroupLine } from "./side";

const GROUPS = { inside: "nested", label: "by label", tool: "by tool" } as const;
const ORDERS = {
  time: ["first made first", { sortBy: "time", lastFirst: false }],
  "time last": ["last made first", { sortBy: "time", lastFirst: true }],
  score: ["low score first", { sortBy: "score", lastFirst: false }],
  "score last": ["high score first", { sortBy: "score", lastFirst: true }],
} as const;

/** How the list is narrowed, grouped and sorted. */
export function Order({ editor }: { editor: Editor }) {
  const { settings, narrowed } = editor;
  const { groupBy, sortBy, lastFirst } = settings.value;
  const set = (more: Partial<Settings>) => {
    settings.value = { ...settings.value, ...more };
  };
  return (
    <div class="nb-order">
      <input
        type="search"
        aria-label="Narrow the list"
        placeholder="label, words or note"
        value={narrowed.value}
        onInput={(event) => {
          narrowed.value = event.currentTarget.value;
        }}
      />
      <select
        aria-label="Group the list"
        value={groupBy}
        onChange={(event) => set({ groupBy: event.currentTarget.value as keyof typeof GROUPS })}
      >
        {Object.entries(GROUPS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <select
        aria-label="Sort the list"
        value={`${sortBy}${lastFirst ? " last" : ""}`}
        onChange={(event) => set(ORDERS[event.currentTarget.value as keyof typeof ORDERS][1])}
      >
        {Object.entries(ORDERS).map(([value, [words]]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

interface HeadingProps {
  readonly editor: Editor;
  readonly line: GroupLine;
  /** What folds it. */
  readonly children: VNode;
}

/** The heading of a group: all of it is hidden, locked or folded at once. */
export function Heading({ editor, line, children }: HeadingProps) {
  const { group, regions } = line;
  const ids = regions.map(({ id }) => id);
  const hidden = ids.every((id) => editor.hidden.value.has(id));
  const locked = ids.every((id) => editor.locked.value.has(id));
  return (
    <li class="nb-row nb-group">
      {children}
      <b class="nb-grow">{group}</b>
      <span class="nb-what">{regions.length}</span>
      <span class="nb-row-tools">
        <ToolButton
          editor={editor}
          name={`${hidden ? "Show" : "Hide"} all of ${group}`}
          icon="hide"
          pressed={hidden}
          onClick={() => editor.toggle(editor.hidden, ids)}
        />
        <ToolButton
          editor={editor}
          name={`${locked ? "Unlock" : "Lock"} all of ${group}`}
          icon="lock"
          pressed={locked}
          onClick={() => editor.toggle(editor.locked, ids)}
        />
      </span>
    </li>
  );
}

/** The note on a region, while it is written: Enter keeps it, Escape leaves it as it was. */
export function Note({ editor, region }: { editor: Editor; region: Region }) {
  const field = useRef<HTMLTextAreaElement>(null);
  /** What was typed of it before it was here. */
  const begun = useRef(editor.typedAhead);
  const before = noteOf(region);
  const value = before + begun.current.replace("\n", "");
  /** What nobody changed stays as it was written, with its blanks. */
  const keep = (text: string) => text !== before && note(editor, region, text.trim());
  const leave = (text: string | null) => {
    if (editor.noting.value !== region.id) return; // it was kept, and is left by that
    const root = field.current?.closest<HTMLElement>(".nb");
    editor.noting.value = null;
    if (text !== null) keep(text);
    root?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    editor.typedAhead = "";
    field.current?.focus();
    if (begun.current.endsWith("\n")) leave(value);
  }, []);
  return (
    <textarea
      ref={field}
      class="nb-note"
      aria-label={`Note on ${labelOf(editor, region)}`}
      placeholder="A note; ⏎ keeps it, ⇧ ⏎ begins a line"
      rows={value.split("\n").length}
      value={value}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.shiftKey) return event.stopPropagation();
        if (event.key === "Enter" && !event.isComposing) leave(event.currentTarget.value);
        else if (event.key === "Escape") leave(null);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={(event) => {
        if (editor.noting.value !== region.id) return;
        editor.noting.value = null;
        keep(event.currentTarget.value);
      }}
    />
  );
}
