import { useMemo } from "preact/hooks";
import { Offsets } from "../core/offsets";
import type { Element } from "../core/types";
import { pageOf } from "../stage/text/lines";
import stageStyles from "../stage/text/text.css";
import type { Editor } from "../state/editor";
import type { Family, Place, ViewProps } from "../state/family";
import { sourceOf, useSource } from "./_source";
import { Reading, SpanStage, type Spans } from "./_spans";
import styles from "./text.css";

export const place: Place = {
  name: "span",
  objects: ["Text"],
  types: ["labels", "hypertextlabels"],
  keys: ["start", "end", "text"],
  describe: (value) => `${value.start}–${value.end}`,
  marked(editor, object, { start, end }) {
    const { text, offsets } = cutOf(editor, object);
    return text.slice(offsets.units(Number(start)), offsets.units(Number(end)));
  },
  pasted(editor, object, value, { words }) {
    if (words !== "" && place.marked?.(editor, object, value) === words) return value;
    const { text, offsets } = cutOf(editor, object);
    const at = words === "" ? -1 : text.indexOf(words);
    if (at < 0) return "its words do not stand there";
    if (text.indexOf(words, at + 1) >= 0) return "its words stand there more than once";
    return { ...value, start: offsets.points(at), end: offsets.points(at + words.length) };
  },
};

/** The text that was cut last: the rows of a list ask for the same one. */
let cut = { text: "", offsets: new Offsets("") };

function cutOf(editor: Editor, object: Element): typeof cut {
  const text = sourceOf(editor, object) ?? "";
  if (text !== cut.text) cut = { text, offsets: new Offsets(text) };
  return cut;
}

/** Spans as Label Studio writes them: a line break in `text` is backslash and n. */
function spansOf(text: string): Spans {
  const page = pageOf(text);
  const { offsets } = page;
  return {
    page,
    read({ start: from, end: to, startOffset }) {
      const [start, end] = [Number(from), Number(to)];
      return startOffset === undefined && start >= 0 && end > start ? { start, end } : null;
    },
    write({ start, end }, keeps) {
      if (!keeps) return { start, end };
      const marked = text.slice(offsets.units(start), offsets.units(end));
      return { start, end, text: marked.replace(/\r|\n/g, "\\n") };
    },
  };
}

export { useSource };

/** Up to so many characters a text is set larger, in lines that are good to read. */
const SHORT = 600;

function Text(props: ViewProps) {
  const text = useSource(props.editor, props.element);
  const spans = useMemo(() => (text === null ? null : spansOf(text)), [text]);
  const short = text !== null && text.length <= SHORT;
  return (
    <Reading {...props} class={short ? "nb-short" : ""}>
      {spans && <SpanStage {...props} place={place} spans={spans} kind="Text" />}
    </Reading>
  );
}

/** What every text on a page looks like. */
export const textStyles = stageStyles + styles;

export const family: Family = {
  views: { Text },
  styles: textStyles,
  places: [place],
};
