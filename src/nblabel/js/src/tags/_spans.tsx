import { useSignal } from "@preact/signals";
import { computed, effect, type Signal, untracked } from "@preact/signals-core";
import { firstValue, type Value } from "../core/regions";
import type { Granularity } from "../core/segments";
import type { Element } from "../core/types";
import type { Span, TextMark, TextStageOptions } from "../stage/text/options";
import type { Page } from "../stage/text/page";
import { createTextStage, type TextStage } from "../stage/text/text-stage";
import type { Editor } from "../state/editor";
import type { Place, ViewProps } from "../state/family";
import { marksOf, type RegionMark } from "../state/marks";
import { create, reshape } from "../state/regions";
import { useCode } from "./_code";
import type { Offer } from "./_offer";
import { useStage } from "./_stage";

/** A text on its page, and how results say where a span of it is; spans are in code points. */
export interface Spans {
  readonly page: Page;
  /** Null where a result's place is nowhere in this text. */
  read(value: Value): Span | null;
  /** What a result says of a span; `keeps` is whether it has its words as well. */
  write(span: Span, keeps: boolean): Record<string, unknown>;
}

type Spot = { readonly x: number; readonly y: number } | null;

/** Numbers the stages of the page's widgets, for the names of their highlights. */
let stages = 0;

/** The spans of a text, null for what is nowhere in it; unchanged marks stay the same spans. */
function spansOf(editor: Editor, element: Element, spans: Spans): () => (TextMark | null)[] {
  const marks = marksOf(editor, editor.tree.value.text(element, "name"));
  const known = new WeakMap<RegionMark, TextMark>();
  const highlight = element.attributes.highlightColor;
  const own = typeof highlight === "string" && CSS.supports("color", highlight) ? highlight : null;
  const made = ({ region, ...mark }: RegionMark): TextMark | null => {
    const span = spans.read(firstValue(region));
    return span && { ...mark, color: own ?? mark.color, ...span };
  };
  return () =>
    marks().map((mark) => {
      const span = known.get(mark) ?? made(mark);
      if (span) known.set(mark, span);
      return span;
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

/** Whether the words of a span are kept with it: not those of a text that is elsewhere. */
function keepsText(editor: Editor, element: Element): boolean {
  const tree = editor.tree.value;
  const saved = tree.text(element, "saveTextResult");
  return saved === "yes" || (saved !== "no" && tree.text(element, "valueType") !== "url");
}

interface StageProps extends ViewProps {
  readonly place: Place;
  readonly spans: Spans;
  /** What it is, for its name: "Text". */
  readonly kind: string;
  /** Whether selections are extended as the config says. */
  readonly granular?: boolean;
  /** Whether the words of a span are kept with it, where the kind of object has a rule of its own. */
  readonly keeps?: boolean;
  readonly stageOf?: (options: TextStageOptions) => TextStage;
  /** Given the stage while it is there. */
  readonly onStage?: (stage: TextStage | null) => void;
}

/** A text with the spans that are said of it, to mark, change and pick. */
export function SpanStage({ element, editor, place, spans, kind, ...more }: StageProps) {
  const waiting = useSignal<Spot>(null);
  const stage = useStage(editor, element, [spans], (scope, told) => {
    const marks = computed(spansOf(editor, element, spans));
    const written = (span: Span) => spans.write(span, more.keeps ?? keepsText(editor, element));
    const stage = (more.stageOf ?? createTextStage)({
      ...told,
      scope,
      widgetId: `nb${stages++}`,
      page: spans.page,
      marks: computed(() => marks.value.filter((mark) => mark !== null)),
      granularity: () =>
        more.granular !== false
          ? granularityOf(editor, element)
          : editor.settings.value.wholeWords
            ? "word"
            : "symbol",
      trims: () => editor.settings.value.trimBlanks,
      canSelect: () =>
        !editor.readOnly.value &&
        editor.tree.value.attribute(element, "selectionEnabled") !== false &&
        editor.labels.ready(element).length > 0,
      ariaLabel: `${kind} ${editor.tree.value.text(element, "name")}`,
      onSelect: (span) => {
        editor.selection.value = [];
        create(editor, element, place, written(span));
      },
      onWaiting: (end) => {
        const around = end && stage.element.closest(".nb-reading")?.getBoundingClientRect();
        waiting.value = around ? { x: end.x - around.left, y: end.y - around.top } : null;
      },
      onResize: (id, span) => {
        const region = editor.regionOf(id);
        if (region) reshape(editor, [{ region, value: written(span) }]);
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
    scope.add(
      effect(() => {
        const name = editor.tree.value.text(element, "name");
        const told = `regions that are nowhere in "${name}" are kept as they are`;
        if (!marks.value.includes(null)) return;
        untracked(() => editor.tell(told, "info")); // once: who dismisses it has read it
        return () => editor.untell(told);
      }),
    );
    more.onStage?.(stage);
    scope.add(() => more.onStage?.(null));
    return stage;
  });
  return (
    <>
      {stage}
      <Offered editor={editor} element={element} at={waiting} />
    </>
  );
}

/** The labels for what is selected; their code comes with what is opened over the data. */
function Offered({ at, ...props }: ViewProps & { at: Signal<Spot> }) {
  const code = useCode<{ Offer: typeof Offer }>(props.editor, at.value ? "panels" : null);
  return code && at.value && <code.Offer {...props} at={at.value} />;
}

interface ReadingProps extends ViewProps {
  readonly class?: string;
}

/** What stands around a text. */
export function Reading({ element, editor, class: more = "", children }: ReadingProps) {
  const tree = editor.tree.value;
  const marked = tree.controls(element).some((control) => tree.labels(control));
  return (
    <div
      role="group"
      aria-label={tree.text(element, "name")}
      class={`nb-reading ${marked ? "" : "nb-unmarked"} ${more}`}
    >
      {children ?? <p class="nb-muted">The text is on its way …</p>}
    </div>
  );
}
