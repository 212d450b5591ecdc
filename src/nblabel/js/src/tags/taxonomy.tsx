import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { scoreText } from "../stage/mark";
import { answering, answerOf, subjectsNow } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Form, Subject, ViewProps } from "../state/family";
import { type Named, paletteColor } from "../state/labels";
import { say } from "../state/submitting";
import { accepting, scoreOf, suggestedFor } from "../state/suggestions";
import type { Tree } from "../state/tree";
import { Html } from "./_html";
import {
  exported,
  type Node,
  type Option,
  type Outline,
  opens,
  outlineOf,
  type Path,
  unfold,
} from "./_outline";
import styles from "./taxonomy.css";

const ROW = 28;
/** Rows drawn beyond those in view, on either side. */
const BEYOND = 6;
const SEEN = 10;

const same = (a: Path, b: Path) => a.length === b.length && a.every((step, i) => step === b[i]);

/** The paths of a value; a bare text is the path of one step. */
function pathsIn(value: Value | undefined): Path[] {
  const given = value?.taxonomy;
  if (!Array.isArray(given)) return [];
  return given.map((path) => (Array.isArray(path) ? path.map(String) : [String(path)]));
}

/** Whether its options are labels of spans. */
const isLabelling = (editor: Editor, control: Element) => editor.tree.value.labels(control);

/** What is asked about now; where options are labels, what is selected on the object. */
function subjectsFor(editor: Editor, control: Element, given: Subject | undefined): Subject[] {
  if (given) return [given];
  if (!isLabelling(editor, control)) return subjectsNow(editor, control);
  const object = editor.tree.value.text(control, "toName");
  return editor.selected.value
    .filter((region) => region.object === object)
    .map((region) => ({ region, item: null }));
}

/** What is chosen, for each subject that is asked about; of labels those taken for what comes. */
function chosenNow(editor: Editor, control: Element, subjects: readonly Subject[]): Path[][] {
  if (subjects.length === 0 && isLabelling(editor, control))
    return [(editor.labels.taken(control) ?? []).map((path) => [path].flat())];
  return subjects.map((subject) => pathsIn(answerOf(editor, control, subject)?.result.value));
}

/** Says it of what is asked about, or takes it for the spans that come. */
function write(
  editor: Editor,
  control: Element,
  subjects: readonly Subject[],
  next: (before: readonly Path[]) => readonly Path[],
): void {
  if (editor.readOnly.value) return;
  if (subjects.length === 0 && isLabelling(editor, control)) {
    const [before = []] = chosenNow(editor, control, subjects);
    const active = new Map<string, readonly Named[]>(editor.labels.active.value);
    const name = editor.tree.value.text(control, "name");
    const taken = next(before);
    if (taken.length > 0) active.set(name, taken);
    else active.delete(name);
    editor.labels.active.value = active;
    return;
  }
  const written = (subject: Subject) => {
    const before = pathsIn(answerOf(editor, control, subject)?.result.value);
    const after = next(before);
    const last = after.length === 0 && subject.region?.items.length === 1;
    return { taxonomy: last ? before : after }; // a span keeps its last label
  };
  const said = answering(editor, control, written, subjects);
  if (editor.tree.value.number(control, "maxUsages") === 1) say(editor, said);
  else editor.commit(said);
}

/** Chooses an option, or takes it back; of several regions all get what some have. */
function toggle(
  editor: Editor,
  control: Element,
  subjects: readonly Subject[],
  path: Path,
  find: (path: Path) => Path,
): void {
  const has = (paths: readonly Path[]) => paths.some((at) => same(find(at), path));
  const now = chosenNow(editor, control, subjects);
  const again = now.length > 0 && now.every(has);
  const most = editor.tree.value.number(control, "maxUsages");
  const full = (paths: readonly Path[]) => most !== null && most > 1 && paths.length >= most;
  if (!again && now.some((paths) => !has(paths) && full(paths))) {
    editor.tell(tooMany(editor, control), "info");
    return;
  }
  editor.untell(tooMany(editor, control));
  write(editor, control, subjects, (before) => {
    if (again) return before.filter((at) => !same(find(at), path));
    if (has(before)) return before;
    return most === 1 ? [path] : [...before, path];
  });
}

function tooMany(editor: Editor, control: Element): string {
  const tree = editor.tree.value;
  const most = tree.number(control, "maxUsages");
  return `Taxonomy "${tree.text(control, "name")}" takes ${most} choices at most.`;
}

/** How a path is read: its last option, or all of them. */
function wordsFor(editor: Editor, control: Element, outline: Outline | null, path: Path): string {
  const tree = editor.tree.value;
  const node = outline?.found(path);
  const steps = node && outline ? outline.line(node).map(({ option }) => option.value) : path;
  if (!tree.flag(control, "showFullPath")) return steps.at(-1) ?? "";
  return steps.join(tree.text(control, "pathSeparator"));
}

/** The colour of an option: its own, else, of a label, by its place among all of them. */
function colorOf(editor: Editor, control: Element, { option, at }: Node): string | undefined {
  if (option.color && CSS.supports("color", option.color)) return option.color;
  return isLabelling(editor, control) ? paletteColor(at) : undefined;
}

/** Tells the editor which colours the spans have that a tree labels, once the tree is known. */
function useColors(editor: Editor, control: Element, outline: Outline | null): void {
  const name = editor.tree.value.text(control, "name");
  const labels = isLabelling(editor, control);
  useLayoutEffect(() => {
    if (!outline || !labels) return;
    const { inTrees } = editor.labels;
    inTrees.value = new Map(inTrees.peek()).set(name, (path) => {
      const node = outline.found(path);
      return node && colorOf(editor, control, node);
    });
  }, [editor, control, outline, name, labels]);
}

/** The part of a value that was searched for. */
function Found({ value, query }: { value: string; query: string }) {
  const [word = ""] = query.toLowerCase().split(/\s+/).filter(Boolean);
  const at = word ? value.toLowerCase().indexOf(word) : -1;
  if (at < 0) return <span class="nb-grow">{value}</span>;
  return (
    <span class="nb-grow">
      {value.slice(0, at)}
      <mark>{value.slice(at, at + word.length)}</mark>
      {value.slice(at + word.length)}
    </span>
  );
}

interface ListProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly outline: Outline | null;
  readonly subjects: readonly Subject[];
  readonly close: () => void;
}

/** All options, searched and walked through; only the rows in view are drawn. */
function List({ editor, control, outline, subjects, close }: ListProps) {
  const tree = editor.tree.value;
  const name = tree.text(control, "name");
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState<ReadonlySet<Option>>(new Set());
  const [at, setAt] = useState(0);
  const [top, setTop] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => outline?.rows(open, query) ?? [], [outline, open, query]);
  const now = chosenNow(editor, control, subjects);
  const find = (path: Path): Path => {
    const node = outline?.found(path);
    return node && outline ? outline.path(node) : path;
  };
  const chosen = now.map(
    (paths) => new Set(paths.flatMap((path) => outline?.found(path)?.at ?? [])),
  );
  const leafs = tree.flag(control, "leafsOnly");
  const closed = ({ option }: Node) => editor.readOnly.value || option.readonly === true;

  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    box.current?.parentElement?.scrollIntoView({ block: "nearest" });
  }, [outline]);

  // What the arrows come to is in view.
  const go = (to: number) => {
    const next = Math.max(0, Math.min(to, rows.length - 1));
    setAt(next);
    const el = box.current;
    if (!el) return;
    if (next * ROW < el.scrollTop) el.scrollTop = next * ROW;
    else if ((next + 1) * ROW > el.scrollTop + el.clientHeight)
      el.scrollTop = (next + 1) * ROW - el.clientHeight;
  };
  const fold = (node: Node, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(node.option);
    else next.delete(node.option);
    setOpen(next);
    if (on && node.end === node.at + 1 && opens(node)) void unfold(editor, control, node);
  };
  const take = (node: Node | undefined) => {
    if (!node || !outline) return;
    if (leafs && opens(node)) fold(node, !open.has(node.option));
    else if (!closed(node)) toggle(editor, control, subjects, outline.path(node), find);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const node = rows[at];
    const empty = query === "";
    const inside = node && (empty ? open.has(node.option) : true);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "PageDown") go(at + SEEN);
    else if (event.key === "PageUp") go(at - SEEN);
    else if (event.key === "Enter" || (event.key === " " && empty)) take(node);
    else if (event.key === "Escape") close();
    else if (event.key === "ArrowRight" && empty && node) {
      if (inside) go(at + 1);
      else if (opens(node)) fold(node, true);
    } else if (event.key === "ArrowLeft" && empty && node) {
      if (inside) fold(node, false);
      else if (node.parent >= 0) go(rows.findIndex((row) => row.at === node.parent));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const from = Math.max(0, Math.floor(top / ROW) - BEYOND);
  const to = Math.min(rows.length, from + SEEN + 2 * BEYOND + 1);
  const id = (row: number) => `nb-tax-${control.id}-${row}`;
  return (
    <div
      class="nb-tax-list"
      ref={(el) => {
        if (el) el.style.width = lengthOf(tree.text(control, "dropdownWidth"));
      }}
    >
      <input
        ref={field}
        class="nb-field"
        role="combobox"
        aria-label={`Search ${name}`}
        aria-expanded={true}
        aria-controls={id(-1)}
        aria-activedescendant={rows.length > 0 ? id(at) : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder="Search …"
        onInput={(event) => {
          const text = event.currentTarget.value;
          const next = outline?.rows(open, text) ?? [];
          setQuery(text);
          setAt(Math.max(0, text ? next.findIndex((node) => outline?.has(node, text)) : 0));
          setTop(0);
          if (box.current) box.current.scrollTop = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <div
        ref={box}
        class="nb-tax-rows"
        id={id(-1)}
        role="tree"
        aria-label={name}
        aria-multiselectable={tree.number(control, "maxUsages") !== 1}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div role="none" style={{ height: `${from * ROW}px` }} />
        {rows.slice(from, to).map((node, i) => {
          const row = from + i;
          const { option } = node;
          const on = chosen.length > 0 && chosen.every((some) => some.has(node.at));
          const partly = !on && chosen.some((some) => some.has(node.at));
          const unfolded = query !== "" || open.has(node.option);
          const only = leafs && opens(node); // it is there to be opened
          const color = colorOf(editor, control, node);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the search above has the keys
            <div
              key={node.at}
              id={id(row)}
              role="treeitem"
              tabIndex={-1}
              class={row === at ? "nb-tax-row nb-at" : "nb-tax-row"}
              style={{ paddingLeft: `${6 + 18 * node.depth}px` }}
              aria-level={node.depth + 1}
              aria-expanded={opens(node) ? unfolded : undefined}
              aria-checked={only && !on ? undefined : partly ? "mixed" : on}
              aria-disabled={closed(node) || undefined}
              title={option.hint}
              onPointerDown={(event) => {
                event.preventDefault(); // the search keeps the keyboard
                setAt(row);
              }}
              onClick={(event) => {
                const folds = (event.target as HTMLElement).matches(".nb-tax-fold");
                if (folds && opens(node)) fold(node, !open.has(node.option));
                else take(node);
              }}
            >
              <i class="nb-tax-fold" aria-hidden="true">
                {opens(node) ? (unfolded ? "▾" : "▸") : ""}
              </i>
              {!only && <i class="nb-tick" />}
              {color && <i class="nb-swatch" style={{ "--nb-label": color }} />}
              {option.html ? (
                <Html editor={editor} html={option.html} text={option.value} />
              ) : (
                <Found value={option.value} query={query} />
              )}
            </div>
          );
        })}
        <div role="none" style={{ height: `${(rows.length - to) * ROW}px` }} />
      </div>
      <p class="nb-hint" aria-live="polite">
        {outline === null ? "on its way …" : rows.length === 0 ? "nothing has these words" : ""}
      </p>
    </div>
  );
}

/** A length of CSS; a number alone is one in pixels. */
const lengthOf = (given: string) => (/^\d+(\.\d+)?$/.test(given) ? `${given}px` : given);

function Taxonomy({ element, editor, subject }: ViewProps) {
  const tree = editor.tree.value;
  const name = tree.text(element, "name");
  const outline = outlineOf(editor, element);
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLButtonElement>(null);
  const subjects = subjectsFor(editor, element, subject);
  useColors(editor, element, outline);
  if (subjects.length === 0 && !isLabelling(editor, element)) return null;
  const [first = [], ...others] = chosenNow(editor, element, subjects);
  const chosen = first.filter((path) =>
    others.every((paths) => paths.some((at) => same(at, path))),
  );
  const close = () => {
    setOpen(false);
    field.current?.focus();
  };
  const lost = (path: Path) =>
    outline !== null && !tree.text(element, "apiUrl") && !outline.found(path);
  return (
    <div
      class="nb-taxonomy"
      role="group"
      aria-label={name}
      ref={(el) => {
        if (!el) return;
        el.style.minWidth = lengthOf(tree.text(element, "minWidth"));
        el.style.maxWidth = lengthOf(tree.text(element, "maxWidth"));
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget as globalThis.Node | null;
        if (to && !event.currentTarget.contains(to)) setOpen(false);
      }}
    >
      <button
        ref={field}
        type="button"
        class="nb-field nb-tax-field"
        aria-haspopup="tree"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          setOpen(true);
          event.preventDefault();
        }}
      >
        <span class="nb-grow">{tree.text(element, "placeholder") || "Click to add …"}</span>
        <span aria-hidden="true">▾</span>
      </button>
      {open && <List {...{ editor, outline, subjects, close }} control={element} />}
      {chosen.length > 0 && (
        <ul class="nb-tax-chosen" aria-label={`Chosen in ${name}`}>
          {chosen.map((path) => {
            const words = wordsFor(editor, element, outline, path);
            const node = outline?.found(path);
            const free = !editor.readOnly.value && !node?.option.readonly;
            const color = node && colorOf(editor, element, node);
            return (
              <li
                key={path.join("\n")}
                class={lost(path) ? "nb-unknown" : ""}
                title={lost(path) ? "The config has no such option" : path.join(" / ")}
              >
                {color && <i class="nb-swatch" style={{ "--nb-label": color }} />}
                <span>{words}</span>
                {free && (
                  <button
                    type="button"
                    class="nb-tool"
                    aria-label={`Remove ${words}`}
                    onClick={() =>
                      write(editor, element, subjects, (before) =>
                        before.filter((at) => !same(at, path)),
                      )
                    }
                  >
                    ✕
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <Suggested {...{ editor, outline }} control={element} />
    </div>
  );
}

interface SuggestedProps {
  readonly editor: Editor;
  readonly control: Element;
  readonly outline: Outline | null;
}

/** What a model says, to be accepted by a press. */
function Suggested({ editor, control, outline }: SuggestedProps) {
  const suggested = suggestedFor(editor, control);
  const paths = pathsIn(suggested?.result.value);
  if (!suggested || paths.length === 0) return null;
  const words = paths.map((path) => wordsFor(editor, control, outline, path)).join(", ");
  const score = scoreOf(editor, suggested.result);
  return (
    <button
      type="button"
      class="nb-small nb-dashed"
      aria-label={`Accept ${words}`}
      onClick={() => say(editor, accepting(editor, [suggested]))}
    >
      suggested {words}
      {score === null ? "" : ` ${scoreText(score)}`}
    </button>
  );
}

const form: Form = {
  initial(tree: Tree, control) {
    const taxonomy = tree.attribute(control, "selected");
    if (!Array.isArray(taxonomy) || taxonomy.length === 0) return undefined;
    return tree.labels(control) ? undefined : { taxonomy };
  },
  problem(editor, control, value) {
    const most = editor.tree.value.number(control, "maxUsages");
    return most !== null && pathsIn(value).length > most ? tooMany(editor, control) : null;
  },
  names: (editor, control, value) =>
    pathsIn(value).flatMap((path) => {
      const node = outlineOf(editor, control)?.found(path);
      return [path.at(-1) ?? "", ...(node ? [node.option.value, exported(node)] : [])];
    }),
  words: (value) =>
    pathsIn(value)
      .map((path) => path.join(" / "))
      .join(", ") || null,
};

export const family: Family = { views: { Taxonomy }, form, styles };
