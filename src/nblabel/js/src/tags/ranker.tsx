import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Scope } from "../base/scope";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { answering, answerOf } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Form, ViewProps } from "../state/family";
import { isVisible } from "../state/visibility";
import { type FieldProps, fieldOf, Proposed } from "./_field";
import { Html } from "./_html";
import styles from "./ranker.css";

/** One of what is put into an order. */
interface Entry {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly html: string;
}

/** Where entries stand: a bucket, or all of them where there are none. */
interface Column {
  readonly name: string;
  readonly title: string;
  readonly ids: readonly string[];
}

/** What is left over where no bucket takes it. */
const LEFT = "_";

const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : String(value);

/** Entries by their ids, of which those that look like integers come first, as in Label Studio. */
type Entries = Readonly<Record<string, Entry>>;

function entriesIn(given: unknown): Entries {
  const entries: Record<string, Entry> = Object.create(null);
  if (!Array.isArray(given)) return entries;
  for (const [at, one] of given.entries()) {
    const { id, title, body, html } =
      one && typeof one === "object" ? one : { id: one, title: one };
    const entry = { title: textOf(title), body: textOf(body), html: textOf(html) };
    entries[textOf(id ?? at)] = { id: textOf(id ?? at), ...entry };
  }
  return entries;
}

/** What a control ranks: the items of its list, else its own choices. */
function entriesOf(editor: Editor, control: Element): Entries {
  const tree = editor.tree.value;
  const object = tree.named(tree.text(control, "toName"));
  if (object?.tag === "List") return entriesIn(tree.attribute(object, "value"));
  return entriesIn(
    tree.options(control).map((at) => ({ id: tree.exported(at), title: tree.text(at, "value") })),
  );
}

/** The columns of a control, with what a value puts into each; the rest stands where it begins. */
function columnsOf(editor: Editor, control: Element, value: Value | undefined): Column[] {
  const tree = editor.tree.value;
  const list = tree.named(tree.text(control, "toName"));
  const title = list ? tree.text(list, "title") : "";
  const buckets = tree.children(control).filter(({ tag }) => tag === "Bucket");
  const taking = buckets.find((bucket) => tree.flag(bucket, "default"));
  const named = buckets.map((bucket) => ({
    name: tree.text(bucket, "name"),
    title: tree.text(bucket, "title") || tree.text(bucket, "name"),
  }));
  const all = { name: tree.text(control, "name"), title };
  const empty = buckets.length === 0 ? [all] : taking ? named : [{ name: LEFT, title }, ...named];
  const rest = taking ? tree.text(taking, "name") : empty[0]?.name;
  const given = Object(value?.ranker) as Record<string, unknown>;
  const left = new Set(Object.keys(entriesOf(editor, control)));
  const seen = new Set<string>();
  const columns = empty.map((column) => {
    const own = given[column.name];
    const ids = (Array.isArray(own) ? own.map(String) : []).filter((id) => !seen.has(id));
    for (const id of ids) {
      seen.add(id);
      left.delete(id);
    }
    return { ...column, ids };
  });
  return columns.map((column) =>
    column.name === rest ? { ...column, ids: [...column.ids, ...left] } : column,
  );
}

const ranked = (columns: readonly Column[]): Value => ({
  ranker: Object.fromEntries(columns.map(({ name, ids }) => [name, ids])),
});

/** The columns after an entry came to a place; places count without the entry itself. */
function moved(columns: readonly Column[], id: string, to: number, at: number): Column[] {
  return columns.map((column, i) => {
    const ids = column.ids.filter((other) => other !== id);
    return { ...column, ids: i === to ? ids.toSpliced(Math.max(0, at), 0, id) : ids };
  });
}

const placeOf = (columns: readonly Column[], id: string): [number, number] => {
  const to = columns.findIndex(({ ids }) => ids.includes(id));
  return [to, columns[to]?.ids.indexOf(id) ?? -1];
};

interface CardProps {
  readonly editor: Editor;
  readonly entry: Entry;
  readonly collapsible: boolean;
}

/** What an entry shows. */
function Text({ editor, entry, collapsible }: CardProps) {
  const [folded, setFolded] = useState(false);
  const inside = entry.html || entry.body;
  return (
    <>
      <div class="nb-rank-text">
        <b>{entry.title || (inside ? "" : entry.id)}</b>
        {inside && !folded && (
          <div class="nb-rank-body">
            <Html editor={editor} html={entry.html} text={entry.body} />
          </div>
        )}
      </div>
      {collapsible && inside && (
        <button
          type="button"
          class="nb-tool"
          aria-expanded={!folded}
          aria-label={`${folded ? "Unfold" : "Fold"} ${entry.title || entry.id}`}
          onClick={() => setFolded(!folded)}
        >
          {folded ? "▸" : "▾"}
        </button>
      )}
    </>
  );
}

/** An entry in hand: by keys until it is put down, or by a pointer. */
interface Lifted {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly byKeys: boolean;
}

function Ranking({ editor, control, subject }: FieldProps) {
  const tree = editor.tree.value;
  const name = tree.text(control, "name");
  const entries = entriesOf(editor, control);
  const said = columnsOf(editor, control, answerOf(editor, control, subject)?.result.value);
  const [lifted, setLifted] = useState<Lifted | null>(null);
  const [told, setTold] = useState("");
  const [at, setAt] = useState<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const free = !editor.readOnly.value;
  const columns = lifted?.columns ?? said;
  const collapsible = tree.flag(control, "collapsible");
  const titleOf = (id: string) => entries[id]?.title || id;
  const tabbable =
    at !== null && placeOf(columns, at)[0] >= 0 ? at : columns.find((c) => c.ids[0])?.ids[0];

  const grips = () => [...(root.current?.querySelectorAll<HTMLElement>(".nb-rank-grip") ?? [])];
  const focus = (id: string) =>
    grips()
      .find((grip) => grip.dataset.id === id)
      ?.focus();
  const tell = (id: string, now: readonly Column[], how = "") => {
    const [to, place] = placeOf(now, id);
    const column = now[to];
    const where = now.length > 1 ? ` in ${column?.title || "what is left"}` : "";
    setTold(`${titleOf(id)}${how}: ${place + 1} of ${column?.ids.length}${where}`);
  };

  // A card that was moved has lost the keyboard on its way.
  useLayoutEffect(() => {
    if (!lifted) return;
    if (lifted.byKeys) focus(lifted.id);
    const card = grips()
      .find((grip) => grip.dataset.id === lifted.id)
      ?.closest("li");
    card?.scrollIntoView({ block: "nearest" });
  }, [lifted]);

  const put = (now: Lifted | null) => {
    setLifted(null);
    if (!now) return;
    tell(now.id, now.columns, " put down");
    const before = JSON.stringify(ranked(said));
    if (JSON.stringify(ranked(now.columns)) !== before)
      editor.commit(answering(editor, control, () => ranked(now.columns), [subject]));
  };

  const step = (id: string, key: string): [number, number] | null => {
    const [column, place] = placeOf(columns, id);
    if (key === "ArrowUp") return [column, place - 1];
    if (key === "ArrowDown") return [column, place + 1];
    if (key === "Home") return [column, 0];
    if (key === "End") return [column, (columns[column]?.ids.length ?? 1) - 1];
    if (key === "ArrowLeft") return [column - 1, place];
    if (key === "ArrowRight") return [column + 1, place];
    return null;
  };

  const onKeyDown = (event: KeyboardEvent, id: string) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = step(id, event.key);
    if (event.key === " " || event.key === "Enter") {
      if (lifted) put(lifted);
      else if (free) {
        setLifted({ id, columns, byKeys: true });
        tell(id, columns, " in hand: arrows move it, space puts it down");
      }
      focus(id);
    } else if (event.key === "Escape" && lifted) {
      setLifted(null);
      tell(id, said, " back");
    } else if (to) {
      const column = columns[to[0]];
      if (!column) return event.preventDefault();
      const place = Math.min(Math.max(to[1], 0), column.ids.length);
      if (lifted) {
        const next = moved(columns, id, to[0], place);
        setLifted({ ...lifted, columns: next });
        tell(id, next);
      } else {
        const other = column.ids[Math.min(place, column.ids.length - 1)];
        if (other !== undefined) focus(other);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const drag = useRef<{ id: string; x: number; y: number } | null>(null);
  const onPointerDown = (event: PointerEvent, id: string) => {
    const target = event.target as HTMLElement;
    const grip = target.closest(".nb-rank-grip");
    if (!free || event.button !== 0 || lifted?.byKeys) return;
    if (!grip && (event.pointerType !== "mouse" || target.closest("button,a"))) return;
    drag.current = { id, x: event.clientX, y: event.clientY };
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current;
    const el = root.current;
    if (!from || !el) return;
    if (!lifted && Math.hypot(event.clientX - from.x, event.clientY - from.y) < 4) return;
    if (!lifted) el.setPointerCapture(event.pointerId);
    const boxes = [...el.querySelectorAll(".nb-rank-column")].map((box) =>
      box.getBoundingClientRect(),
    );
    const over = ({ left, right, top, bottom }: DOMRect) =>
      event.clientX >= left &&
      event.clientX <= right &&
      event.clientY >= top &&
      event.clientY <= bottom;
    const [own] = placeOf(columns, from.id);
    const found = boxes.findIndex(over);
    const to = found < 0 ? own : found;
    const cards = [...(el.querySelectorAll(".nb-rank-cards")[to]?.children ?? [])];
    const others = cards.filter((card) => (card as HTMLElement).dataset.id !== from.id);
    const middle = (card: globalThis.Element) => {
      const { top, height } = card.getBoundingClientRect();
      return top + height / 2;
    };
    const place = others.filter((card) => middle(card) < event.clientY).length;
    const next = moved(columns, from.id, to, place);
    if (!lifted || JSON.stringify(next) !== JSON.stringify(columns))
      setLifted({ id: from.id, columns: next, byKeys: false });
    event.preventDefault();
  };
  const release = (kept: boolean) => {
    if (drag.current && lifted && !lifted.byKeys) put(kept ? lifted : null);
    drag.current = null;
  };
  // Escape puts back what a pointer has in hand, wherever the keyboard is.
  const dragging = lifted !== null && !lifted.byKeys;
  useEffect(() => {
    const scope = new Scope();
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      drag.current = null;
      setLifted(null);
      event.stopPropagation();
    };
    if (dragging) scope.listen(document, "keydown", onKey, { capture: true });
    return () => scope.dispose();
  }, [dragging]);

  return (
    <div
      role="group"
      aria-label={name}
      onFocusOut={(event) => {
        const to = event.relatedTarget as globalThis.Node | null;
        if (lifted?.byKeys && to && !event.currentTarget.contains(to)) put(lifted);
      }}
    >
      <div
        ref={root}
        class="nb-rank"
        onPointerMove={onPointerMove}
        onPointerUp={() => release(true)}
        onPointerCancel={() => release(false)}
      >
        {columns.map((column) => (
          <section key={column.name} class="nb-rank-column">
            {(column.title || columns.length > 1) && (
              <h4>
                {column.title || "Not sorted"} <span>{column.ids.length}</span>
              </h4>
            )}
            <ol class="nb-rank-cards" aria-label={column.title || name}>
              {column.ids.map((id, i) => (
                <li
                  key={id}
                  data-id={id}
                  class={`nb-rank-card ${free ? "nb-free" : ""} ${lifted?.id === id ? "nb-lifted" : ""}`}
                  onPointerDown={(event) => onPointerDown(event, id)}
                >
                  <button
                    type="button"
                    class="nb-tool nb-rank-grip"
                    data-id={id}
                    aria-label={`Move ${titleOf(id)}`}
                    aria-pressed={lifted?.id === id}
                    aria-disabled={!free || undefined}
                    title="Drag, or space and arrows"
                    tabIndex={id === tabbable ? 0 : -1}
                    onFocus={() => setAt(id)}
                    onKeyDown={(event) => onKeyDown(event, id)}
                  >
                    ⠿
                  </button>
                  <span class="nb-rank-number">{i + 1}</span>
                  <Text
                    editor={editor}
                    entry={entries[id] ?? { id, title: id, body: "", html: "" }}
                    collapsible={collapsible}
                  />
                </li>
              ))}
            </ol>
          </section>
        ))}
      </div>
      <p class="nb-rank-told" aria-live="polite">
        {told}
      </p>
      <Proposed {...{ editor, control, subject }} words={orderIn} />
    </div>
  );
}

/** An order in few words. */
function orderIn(value: Value | undefined): string | null {
  const ranker = value?.ranker;
  if (!ranker || typeof ranker !== "object") return null;
  const parts = Object.entries(ranker).map(
    ([name, ids]) => [name, [ids].flat().join(", ")] as const,
  );
  const [only] = parts;
  return only && parts.length === 1 ? only[1] : parts.map((part) => part.join(": ")).join(" · ");
}

/** The items of a list; where something ranks them they stand there. */
function List({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const isRanked = tree
    .controls(element)
    .some((control) => control.tag === "Ranker" && isVisible(editor, control));
  if (isRanked) return null;
  const name = tree.text(element, "name");
  const title = tree.text(element, "title");
  const entries = Object.values(entriesIn(tree.attribute(element, "value")));
  return (
    <section class="nb-rank-column" aria-label={name}>
      {title && <h4>{title}</h4>}
      {entries.length === 0 && <p class="nb-notice">The list is empty.</p>}
      <ol class="nb-rank-cards" aria-label={title || name}>
        {entries.map((entry) => (
          <li key={entry.id} class="nb-rank-card">
            <Text editor={editor} entry={entry} collapsible={true} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const form: Form = {
  // The order is said with the submission, also where nobody has touched it.
  pending(editor, control, subject) {
    if (answerOf(editor, control, subject)) return undefined;
    const columns = columnsOf(editor, control, undefined);
    return columns.some(({ ids }) => ids.length > 0) ? ranked(columns) : undefined;
  },
  words: (value) => orderIn(value),
};

export const family: Family = { views: { Ranker: fieldOf(Ranking), List }, form, styles };
