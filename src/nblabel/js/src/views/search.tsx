import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Editor } from "../state/editor";
import { hotkeysOf, type Keyed, press } from "../state/hotkeys";
import { searched } from "../state/searching";
import { noteFocus } from "./focus";

/** So many of what is found are listed. */
const MOST = 50;

/** Finds a label or choice by its words; the letters typed here answer nothing. */
export function Search({ editor }: { editor: Editor }) {
  const box = useRef<HTMLDivElement>(null);
  const back = useRef(() => {});
  const [query, setQuery] = useState(() => editor.typedAhead.replace("\n", ""));
  const found = searched(editor, query).slice(0, MOST);
  const close = () => {
    editor.panel.value = null;
  };

  useLayoutEffect(() => {
    if (!box.current) return;
    back.current = noteFocus(box.current);
    box.current.querySelector("input")?.focus();
    if (editor.typedAhead.endsWith("\n")) take(found[0]);
    editor.typedAhead = "";
  }, []);

  const take = (one: Keyed | undefined) => {
    close();
    back.current();
    if (one) press(editor, one);
  };
  return (
    <div
      ref={box}
      role="search"
      class="nb-menu nb-searching"
      onBlur={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) close();
      }}
      onKeyDown={(event) => {
        const enter = event.key === "Enter" && event.target instanceof HTMLInputElement;
        if (!enter && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        // More may be typed than is drawn yet.
        const [first] = enter ? searched(editor, (event.target as HTMLInputElement).value) : [];
        if (!event.repeat) take(first);
      }}
    >
      <input
        class="nb-search"
        type="search"
        aria-label="Search labels and choices"
        placeholder="⏎ takes the first, esc none"
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {found.map((one) => (
        <button key={one.element.id} type="button" onClick={() => take(one)}>
          {editor.tree.value.labels(one.control) && (
            <i class="nb-swatch" style={{ "--nb-label": editor.labels.color(one.element) }} />
          )}
          <span class="nb-grow">{editor.tree.value.text(one.element, "value")}</span>
          <kbd aria-hidden="true">{hotkeysOf(editor).get(one.element.id)}</kbd>
        </button>
      ))}
      {found.length === 0 && <p class="nb-hint">Nothing fits.</p>}
    </div>
  );
}
