import { useEffect, useRef } from "preact/hooks";
import { run } from "../state/commands";
import type { Editor } from "../state/editor";
import { keyWords } from "./bars";

const REGION: readonly string[] = [
  "region:delete",
  "region:duplicate",
  "region:visibility",
  "region:lock",
  "region:unselect",
];
const SUGGESTION: readonly string[] = ["suggestion:accept", "suggestion:reject"];

/** What the keys do, under the pointer or the context key. */
export function ContextMenu({ editor }: { editor: Editor }) {
  const menu = useRef<HTMLDivElement>(null);
  const at = editor.menu.value;
  useEffect(() => {
    if (at) menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [at]);
  if (!at) return null;
  const suggested = editor.selected.value.some((region) => region.suggested);
  const close = () => {
    editor.menu.value = null;
  };
  const move = (event: KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const index = items.indexOf(event.target as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) items[(index + by + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key !== "Enter" && event.key !== " ") return;
    event.stopPropagation();
    if (by || event.key === "Escape") event.preventDefault();
  };
  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      aria-label="What to do with the region"
      class="nb-menu"
      style={{ left: `${at.x}px`, top: `${at.y}px` }}
      onKeyDown={move}
      onBlur={(event) => {
        if (!menu.current?.contains(event.relatedTarget as Node | null)) close();
      }}
    >
      {(suggested ? SUGGESTION : REGION).map((command) => (
        <button
          key={command}
          type="button"
          role="menuitem"
          onClick={() => {
            close();
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
