import { useLayoutEffect, useMemo } from "preact/hooks";
import type { Value } from "../core/regions";
import documentStyles from "../stage/text/document.css";
import { createFramedStage, documentSheet } from "../stage/text/frame";
import type { HtmlPage } from "../stage/text/html";
import type { TextStageOptions } from "../stage/text/options";
import { createTextStage, type TextStage } from "../stage/text/text-stage";
import type { Family, Place, ViewProps } from "../state/family";
import { Tree } from "../state/tree";
import { Documents } from "./_documents";
import * as labels from "./_labels";
import { sourceIn, useSource } from "./_source";
import { Reading, SpanStage, type Spans } from "./_spans";
import { useShown, wordsIn } from "./_words";
import styles from "./hypertext.css";
import { textStyles } from "./text";

const place: Place = {
  name: "html-span",
  objects: ["HyperText", "RichText"],
  types: ["hypertextlabels", "htmllabels", "labels"],
  keys: ["start", "end", "startOffset", "endOffset", "globalOffsets", "text"],
  describe({ start, end, globalOffsets }) {
    const points = pointsOf(globalOffsets) ?? { start, end };
    return `${points.start}–${points.end}`;
  },
  marked: wordsIn,
};

function pointsOf(given: unknown): { start: number; end: number } | null {
  const { start, end } = (given ?? {}) as Value;
  return typeof start === "number" && typeof end === "number" ? { start, end } : null;
}

/** Spans as Label Studio writes them: by paths, and by code points of the whole document. */
function spansOf(html: HtmlPage): Spans {
  const { page } = html;
  const { offsets } = page;
  return {
    page,
    read(value) {
      const { start, end, startOffset, endOffset } = value;
      const numbers =
        startOffset === undefined && endOffset === undefined
          ? pointsOf({ start: Number(start), end: Number(end) })
          : pointsOf(value.globalOffsets);
      const found =
        html.between(
          { path: String(start), offset: Number(startOffset) },
          { path: String(end), offset: Number(endOffset) },
        ) ??
        (numbers && html.betweenPoints(numbers.start, numbers.end));
      return found && { start: offsets.points(found.start), end: offsets.points(found.end) };
    },
    write(span, keeps) {
      const stretch = { start: offsets.units(span.start), end: offsets.units(span.end) };
      const { start, end, points } = html.addresses(stretch);
      return {
        start: start.path,
        end: end.path,
        startOffset: start.offset,
        endOffset: end.offset,
        globalOffsets: points,
        ...(keeps ? { text: html.words(stretch).replaceAll("\n", "\\n") } : {}),
      };
    },
  };
}

/** A stranger's link leads nowhere by itself. */
function holdLinks({ scope, page }: TextStageOptions): void {
  for (const type of ["click", "auxclick"])
    scope.listen(page.element, type, (event) => event.preventDefault());
}

/** In the page's flow, in a shadow root of its own. */
function createInlineStage(options: TextStageOptions): TextStage {
  const stage = createTextStage(options);
  const sheet = documentSheet();
  sheet.classList.add("nb-inline-document");
  sheet.append(stage.element);
  options.scope.listen(sheet, "scroll", () => stage.tellWaiting());
  return { ...stage, element: sheet };
}

function HyperText(props: ViewProps) {
  const { element, editor } = props;
  const html = useSource(editor, element);
  const inline = editor.tree.value.flag(element, "inline");
  const { protocols } = editor.spec;
  const documents = Documents.of(editor);
  const shown = useMemo(() => {
    if (html === null) return null;
    const taken = documents.take(html, inline);
    return { ...taken, spans: spansOf(taken.html) };
  }, [html, inline, documents]);
  useShown(editor, element, shown?.spans);
  useLayoutEffect(() => {
    if (html !== null && shown) return () => documents.give(html, inline, shown);
  }, [html, inline, shown, documents]);
  return (
    <Reading {...props} class={shown?.coloured ? "nb-paper" : ""}>
      {shown && (
        <SpanStage
          {...props}
          place={place}
          spans={shown.spans}
          kind="HTML"
          stageOf={(options) => {
            holdLinks(options);
            return inline ? createInlineStage(options) : createFramedStage(options, protocols);
          }}
        />
      )}
    </Reading>
  );
}

const OBJECTS = { HyperText, RichText: HyperText };

export const family: Family = {
  views: { ...OBJECTS, HyperTextLabels: labels.Palette },
  hotkeys: labels.hotkeys,
  styles: textStyles + documentStyles + labels.styles + styles,
  places: [place],
  prepare(editor, view) {
    const index = editor.view.value?.index;
    const isWanted = () => Documents.has(editor) && editor.view.value?.index === index;
    const tree = new Tree(editor.spec, view);
    for (const element of tree.elements) {
      const html = element.tag in OBJECTS ? sourceIn(tree, view, element) : null;
      const inline = tree.flag(element, "inline");
      if (html) Documents.of(editor).prepare(html, inline, isWanted);
    }
  },
};
