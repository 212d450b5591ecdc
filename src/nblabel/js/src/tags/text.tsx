import { useSignal } from "@preact/signals";
import { computed, effect, type Signal, untracked } from "@preact/signals-core";
import { useEffect, useState } from "preact/hooks";
import { Offsets } from "../core/offsets";
import { firstValue } from "../core/regions";
import type { Granularity } from "../core/segments";
import type { Element } from "../core/types";
import { pageOf } from "../stage/text/lines";
import type { Span, TextMark } from "../stage/text/options";
import stageStyles from "../stage/text/text.css";
import { createTextStage } from "../stage/text/text-stage";
import type { Editor } from "../state/editor";
import type { Family, Place, ViewProps } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { marksOf, type RegionMark } from "../state/marks";
import { create, reshape, takeLabel } from "../state/regions";
import type { Tree } from "../state/tree";
import { isVisible } from "../state/visibility";
import { useStage } from "./_stage";
import styles from "./text.css";

export const place: Place = {
  name: "span",
  objects: ["Text"],
  types: ["labels"],
  keys: ["start", "end", "text"],
  describe: (value) => `${value.start}–${value.end}`,
  marked(editor, object, { start, end }) {
    const tree = editor.tree.value;
    if (tree.text(object, "valueType") === "url") return "";
    const { text, offsets } = cutOf(tree, object);
    return text.slice(offsets.units(Number(start)), offsets.units(Number(end)));
  },
  pasted(editor, object, value, { words }) {
    if (words !== "" && place.marked?.(editor, object, value) === words) return value;
    const tree = editor.tree.value;
    const { text, offsets } = cutOf(tree, object);
    const known = words !== "" && tree.text(object, "valueType") !== "url";
    const at = known ? text.indexOf(words) : -1;
    if (at < 0) return "its words do not stand there";
    if (text.indexOf(words, at + 1) >= 0) return "its words stand there more than once";
    return { ...value, start: offsets.points(at), end: offsets.points(at + words.length) };
  },
};

/** The text that was cut last: the rows of a list ask for the same one. */
let cut = { text: "", offsets: new Offsets("") };

function cutOf(tree: Tree, object: Element): typeof cut {
  const text = decoded(tree.text(object, "value"), tree.text(object, "encoding"));
  if (text !== cut.text) cut = { text, offsets: new Offsets(text) };
  return cut;
}

type Spot = { readonly x: number; readonly y: number } | null;

/** Numbers the stages of the page's widgets, for the names of their highlights. */
let stages = 0;

/** The spans of a text; unchanged marks stay the same spans. */
function spansOf(editor: Editor, element: Element): () => TextMark[] {
  const marks = marksOf(editor, editor.tree.value.text(element, "name"));
  const known = new WeakMap<RegionMark, TextMark>();
  const highlight = element.attributes.highlightColor;
  const own = typeof highlight === "string" && CSS.supports("color", highlight) ? highlight : null;
  const made = ({ region, ...mark }: RegionMark): TextMark | null => {
    const { start, end, startOffset } = firstValue(region);
    const span = { start: Number(start), end: Number(end) };
    const placed = startOffset === undefined && span.start >= 0 && span.end > span.start;
    return placed ? { ...mark, color: own ?? mark.color, ...span } : null;
  };
  return () =>
    marks().flatMap((mark) => {
      const span = known.get(mark) ?? made(mark);
      if (span) known.set(mark, span);
      return span ?? [];
    });
}

/** Opens an address of a stranger's text in a window that knows nothing of this one. */
function openLink(href: string): void {
  window.open(href, "_blank", "noopener,noreferrer");
}

/** The granularity of the chosen label, else of the text. */
function granularityOf(editor: Editor, element: Element): Granularity {
  const tree = editor.tree.value;
  for (const control of tree.controls(element)) {
    const [name] = editor.labels.taken(control) ?? [];
    const label = name === undefined ? undefined : editor.labels.named(control, name);
    const own = label && tree.text(label, "granularity");
    if (own) return own as Granularity;
  }
  const { granularity } = element.attributes;
  if (granularity === undefined && editor.settings.value.wholeWords) return "word";
  return (tree.text(element, "granularity") || "symbol") as Granularity;
}

/** A span as Label Studio writes it: a line break in `text` is backslash and n. */
function written(
  editor: Editor,
  element: Element,
  text: string,
  offsets: Offsets,
  { start, end }: Span,
) {
  const tree = editor.tree.value;
  const saved = tree.text(element, "saveTextResult");
  const url = tree.text(element, "valueType") === "url";
  if (saved === "no" || saved === "none" || (!saved && url)) return { start, end };
  const marked = text.slice(offsets.units(start), offsets.units(end));
  return { start, end, text: marked.replace(/\r|\n/g, "\\n") };
}

function Stage({ element, editor, text }: ViewProps & { text: string }) {
  const waiting = useSignal<Spot>(null);
  const stage = useStage(editor, element, [text], (scope, told) => {
    const offsets = new Offsets(text);
    const stage = createTextStage({
      ...told,
      scope,
      widgetId: `nb${stages++}`,
      page: pageOf(text),
      marks: computed(spansOf(editor, element)),
      granularity: () => granularityOf(editor, element),
      trims: () => editor.settings.value.trimBlanks,
      canSelect: () =>
        !editor.readOnly.value &&
        editor.tree.value.attribute(element, "selectionEnabled") !== false &&
        editor.labels.ready(element).length > 0,
      ariaLabel: `Text ${editor.tree.value.text(element, "name")}`,
      onSelect: (span) => {
        editor.selection.value = [];
        create(editor, element, place, written(editor, element, text, offsets, span));
      },
      onWaiting: (end) => {
        waiting.value = end;
      },
      onResize: (id, span) => {
        const region = editor.regionOf(id);
        const value = written(editor, element, text, offsets, span);
        if (region) reshape(editor, [{ region, value }]);
      },
      onLink: editor.tree.value.flag(element, "clickableLinks") ? openLink : undefined,
    });
    scope.add(
      effect(() => {
        // What was selected before a label was taken is what the label is meant for, and it alone.
        const ready = editor.labels.ready(element);
        if (ready.length > 0 && untracked(() => stage.commit())) editor.labels.release(ready);
      }),
    );
    return stage;
  });
  return (
    <>
      {stage}
      <Offer editor={editor} element={element} at={waiting} />
    </>
  );
}

/** How many labels are offered at the end of a selection: as many as have keys at hand. */
const OFFERED = 9;

/** The first labels, at the end of a selection that waits for one. */
function Offer({ editor, element, at }: { editor: Editor; element: Element; at: Signal<Spot> }) {
  const { tree, labels, readOnly } = editor;
  if (!at.value || readOnly.value) return null;
  const offered = tree.value
    .controls(element)
    .filter((control) => tree.value.labels(control) && isVisible(editor, control))
    .flatMap((control) => tree.value.options(control).map((label) => ({ control, label })))
    .slice(0, OFFERED);
  if (offered.length === 0) return null;
  const { x, y } = at.value;
  return (
    <div
      role="group"
      aria-label="Labels for what is selected"
      class="nb-offer"
      style={{ left: `min(${x}px, 100% - 12em)`, top: `${y}px` }}
    >
      {offered.map(({ control, label }) => (
        <button
          key={label.id}
          type="button"
          class="nb-small"
          aria-label={`Mark as ${tree.value.text(label, "value")}`}
          style={{ "--nb-label": labels.color(label) }}
          // The selection stays where it is.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => takeLabel(editor, label, control)}
        >
          <i class="nb-swatch" />
          {tree.value.text(label, "value")}
          <kbd aria-hidden="true">{hotkeysOf(editor).get(label.id)}</kbd>
        </button>
      ))}
    </div>
  );
}

function decoded(text: string, encoding: string): string {
  if (encoding !== "base64" && encoding !== "base64unicode") return text;
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder(encoding === "base64" ? "latin1" : "utf-8").decode(bytes);
  } catch {
    return text; // not base64 after all
  }
}

/** The text itself: the value, or what stands at the address that the value is. */
function useText(editor: Editor, element: Element): string | null {
  const tree = editor.tree.value;
  const value = tree.text(element, "value");
  const encoding = tree.text(element, "encoding");
  const url = tree.text(element, "valueType") === "url";
  const [fetched, setFetched] = useState<string | null>(null);
  useEffect(() => {
    if (!url) return;
    const stop = new AbortController();
    fetch(value, { signal: stop.signal })
      .then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
        return answer.text();
      })
      .then(setFetched)
      .catch((error: Error) => {
        if (!stop.signal.aborted)
          editor.tell(`the text at ${value} cannot be read: ${error.message}`);
      });
    return () => stop.abort();
  }, [url, value, editor]);
  const text = url ? fetched : value;
  return text === null ? null : decoded(text, encoding);
}

/** Up to so many characters a text is set larger, in lines that are good to read. */
const SHORT = 600;

function Text({ element, editor }: ViewProps) {
  const text = useText(editor, element);
  const tree = editor.tree.value;
  const marked = tree.controls(element).some((control) => tree.labels(control));
  const short = text !== null && text.length <= SHORT;
  return (
    <div
      role="group"
      aria-label={tree.text(element, "name")}
      class={`nb-reading ${marked ? "" : "nb-unmarked"} ${short ? "nb-short" : ""}`}
    >
      {text === null ? (
        <p class="nb-muted">The text is on its way …</p>
      ) : (
        <Stage element={element} editor={editor} text={text} />
      )}
    </div>
  );
}

export const family: Family = {
  views: { Text },
  styles: stageStyles + styles,
  places: [place],
};
