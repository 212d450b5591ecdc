import { useLayoutEffect, useRef } from "preact/hooks";
import { run } from "../state/commands";
import type { Editor } from "../state/editor";
import { hotkeysOf, press } from "../state/hotkeys";
import { labelsFor } from "../state/menu";
import { keyWords } from "./bars";
import { noteFocus } from "./focus";

const REGION: readonly string[] = [
  "region:delete",
  "region:copy",
  "region:duplicate",
  "region:relation",
  "region:meta",
  "region:visibility",
  "region:lock",
  "region:unselect",
];
const SUGGESTION: readonly string[] = ["suggestion:accept", "suggestion:reject"];

/** So many labels stand in the menu; the search has the others. */
const LABELS = 9;
/** The height of an item, in px. */
const ITEM = 28;

/** The labels, and what the keys do, under the pointer or the context key. */
export function ContextMenu({ editor }: { editor: Editor }) {
  const menu = useRef<HTMLDivElement>(null);
  const back = useRef(() => {});
  const at = editor.menu.value;
  useLayoutEffect(() => {
    if (!at || !menu.current) return;
    back.current = noteFocus(menu.current);
    menu.current.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [at]);
  if (!at) return null;
  const { value: selected } = editor.selected;
  const fitting = labelsFor(editor, at.object);
  const labels = fitting.slice(0, LABELS);
  const commands = [
    ...(labels.length < fitting.length ? ["label:search"] : []),
    ...(selected.length === 0 ? [] : selected.some((at) => at.suggested) ? SUGGESTION : REGION),
  ];
  const close = () => {
    editor.menu.value = null;
  };
  const leave = () => {
    close();
    back.current();
  };
  const move = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const index = items.indexOf(event.target as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) items[(index + by + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") leave();
    else if (event.key !== "Enter" && event.key !== " ") return;
    event.stopPropagation();
    if (by || event.key === "Escape") event.preventDefault();
  };
  const items = labels.length + commands.length;
  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      aria-label={selected.length > 0 ? "What to do with the region" : "Labels"}
      class="nb-menu"
      style={{
        left: `max(0px, min(${at.x}px, 100% - 384px))`,
        top: `max(0px, min(${at.y}px, 100% - ${items * ITEM + 12}px))`,
      }}
      onKeyDown={move}
      onBlur={(event) => {
        if (!menu.current?.contains(event.relatedTarget as Node | null)) close();
      }}
    >
      {labels.map((one) => (
        <button
          key={one.element.id}
          type="button"
          role="menuitem"
          style={{ "--nb-label": editor.labels.color(one.element) }}
          onClick={() => {
            leave();
            press(editor, one);
          }}
        >
          <i class="nb-swatch" />
          <span class="nb-grow">{editor.tree.value.text(one.element, "value")}</span>
          <kbd aria-hidden="true">{hotkeysOf(editor).get(one.element.id)}</kbd>
        </button>
      ))}
      {commands.map((command) => (
        <button
          key={command}
          type="button"
          role="menuitem"
          onClick={() => {
            leave();
            run(editor, command);
          }}
        >
          <span class="nb-grow">{editor.spec.commands[command]?.words}</span>
          <kbd aria-hidden="true">{keyWords(editor, command)}</kbd>
        </button>
      ))}
    </div>
  );
}
