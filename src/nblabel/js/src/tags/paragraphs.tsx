import { effect } from "@preact/signals-core";
import { useEffect, useMemo, useState } from "preact/hooks";
import { firstValue, type Value } from "../core/regions";
import type { Element } from "../core/types";
import { dialoguePage, type Turn } from "../stage/text/dialogue";
import type { TextStage } from "../stage/text/text-stage";
import type { Editor } from "../state/editor";
import type { Family, Place, ViewProps } from "../state/family";
import { Find } from "./_find";
import findStyles from "./_find.css";
import * as labels from "./_labels";
import { useSource } from "./_source";
import { Reading, SpanStage, type Spans } from "./_spans";
import { useShown, wordsIn } from "./_words";
import styles from "./paragraphs.css";
import { textStyles } from "./text";

const place: Place = {
  name: "turns",
  objects: ["Paragraphs"],
  types: ["paragraphlabels", "labels"],
  keys: ["start", "end", "startOffset", "endOffset", "text"],
  describe: ({ start, end }) =>
    start === end ? `turn ${Number(start) + 1}` : `turns ${Number(start) + 1}–${Number(end) + 1}`,
  marked: wordsIn,
};

/** What is told instead of a dialogue that is none. */
class NoDialogue extends Error {}

/** The turns that an object shows, in the order in which results count them. */
function turnsOf(editor: Editor, element: Element, source: string): Turn[] {
  const tree = editor.tree.value;
  const given = listed(tree.attribute(element, "value"), source);
  const [nameKey, textKey] = [tree.text(element, "nameKey"), tree.text(element, "textKey")];
  const items = given.map((item) =>
    item !== null && typeof item === "object" ? (item as Value) : { [textKey]: item },
  );
  if (items.length === 0) throw new NoDialogue("it has no turns");
  if (!items.some((item) => textKey in item))
    throw new NoDialogue(`none of the turns has "${textKey}", which is its textKey`);
  if (tree.flag(element, "contextScroll")) items.sort(byTime);
  const authors = [...new Set(items.map((item) => words(item[nameKey])))];
  return items.map((item) => {
    const author = words(item[nameKey]);
    // Hues that follow each other are far from each other.
    const hue = Math.round((25 + 137.5 * authors.indexOf(author)) % 360);
    return { author, text: words(item[textKey]), time: timeOf(item), hue };
  });
}

/**
 * Turns as Label Studio sorts them, which counts them in this order: by when they begin, then by when
 * they end; those that begin at no time, or at 0, are the last.
 */
function byTime(a: Value, b: Value): number {
  if (!a.start || !b.start) return Number(!a.start) - Number(!b.start);
  const end = ({ start, end, duration }: Value) => Number(end || Number(start) + Number(duration));
  return Number(a.start) - Number(b.start) || (end(a) || 0) - (end(b) || 0) || 0;
}

function listed(value: unknown, source: string): unknown[] {
  let given = value;
  if (typeof value === "string") {
    if (!source.trim()) return [];
    try {
      given = JSON.parse(source);
    } catch {
      throw new NoDialogue("it is no JSON");
    }
  }
  if (!Array.isArray(given)) throw new NoDialogue("it is no list of turns");
  return given;
}

const words = (given: unknown): string =>
  given === undefined || given === null ? "" : String(given);

function timeOf({ start, end, duration }: Value): string {
  if (typeof start !== "number") return "";
  const until =
    typeof end === "number" ? end : typeof duration === "number" ? start + duration : null;
  return until === null ? clock(start) : `${clock(start)} – ${clock(until)}`;
}

function clock(seconds: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const hours = seconds >= 3600 ? `${two(seconds / 3600)}:` : "";
  return `${hours}${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

/** Spans as Label Studio writes them: the numbers of turns as text, and UTF-16 units in them. */
function spansOf(turns: readonly Turn[]): Spans {
  const page = dialoguePage(turns);
  const { offsets } = page;
  const at = (turn: unknown, offset: unknown, otherwise: (length: number) => number) => {
    const run = /^\d+$/.test(String(turn)) ? page.runs[Number(turn)] : undefined;
    if (!run) return null;
    const length = run.end - run.start;
    const unit = Number(offset ?? otherwise(length));
    return unit >= 0 ? run.start + Math.min(unit, length) : null;
  };
  return {
    page,
    read({ start, end, startOffset, endOffset }) {
      const from = at(start, startOffset, () => 0);
      const to = at(end, endOffset, (length) => length);
      if (from === null || to === null || from >= to) return null;
      return { start: offsets.points(from), end: offsets.points(to) };
    },
    write(span, keeps) {
      const from = offsets.units(span.start);
      const to = offsets.units(span.end);
      let first = page.runs.indexOf(page.runAt(from));
      if ((page.runs[first]?.end ?? 0) <= from && first + 1 < page.runs.length) first += 1;
      const last = page.runs.indexOf(page.runAt(Math.max(0, to - 1)));
      const begin = Math.max(from, page.runs[first]?.start ?? 0);
      const stop = Math.min(to, page.runs[last]?.end ?? to);
      return {
        start: String(first),
        end: String(last),
        startOffset: begin - (page.runs[first]?.start ?? 0),
        endOffset: stop - (page.runs[last]?.start ?? 0),
        ...(keeps ? { text: page.text.slice(begin, stop) } : {}),
      };
    },
  };
}

function Paragraphs(props: ViewProps) {
  const { element, editor } = props;
  const tree = editor.tree.value;
  const source = useSource(editor, element);
  const value = tree.attribute(element, "value");
  const [stage, setStage] = useState<TextStage | null>(null);
  const [author, setAuthor] = useState("");
  const shown = useMemo(() => {
    if (source === null) return null;
    try {
      const turns = turnsOf(editor, element, source);
      return { turns, spans: spansOf(turns) };
    } catch (error) {
      if (!(error instanceof NoDialogue)) throw error;
      return { problem: error.message };
    }
  }, [source, value, editor, element]);
  useShown(editor, element, shown?.spans);
  const page = shown?.spans?.page;
  // At once and not in an effect: what is found depends on what is shown.
  useMemo(() => {
    for (const turn of page?.element.querySelectorAll<HTMLElement>(".nb-turn") ?? [])
      turn.hidden = author !== "" && turn.dataset.author !== author;
  }, [page, author]);
  // What is picked elsewhere is seen, whoever said it.
  useEffect(() => {
    const spans = shown?.spans;
    if (author === "" || !spans) return;
    return effect(() => {
      const region = editor.regionOf(editor.selection.value.at(-1) ?? "");
      const span = region?.object === tree.text(element, "name") && spans.read(firstValue(region));
      const at = span && spans.page.offsets.units(span.start);
      if (typeof at === "number" && spans.page.isHidden(at)) setAuthor("");
    });
  }, [author, shown, editor, element, tree]);
  useEffect(() => {
    const picked = editor.selection.peek().at(-1);
    if (author === "" && picked !== undefined) stage?.show(picked);
  }, [author]);
  if (shown?.problem)
    return (
      <Reading {...props}>
        <p class="nb-notice" role="note">
          {`“${tree.text(element, "name")}” cannot be shown as a dialogue: ${shown.problem}.`}
        </p>
      </Reading>
    );
  if (!shown?.spans) return <Reading {...props} />;
  const authors = [...new Set(shown.turns.map((turn) => turn.author))].filter(Boolean);
  const plain = tree.text(element, "layout") !== "dialogue";
  return (
    <Reading {...props} class={plain ? "nb-plain-turns" : "nb-turns"}>
      <div class="nb-turns-bar">
        {authors.length > 1 && (
          <select
            class="nb-field"
            aria-label="Author"
            value={author}
            onChange={(event) => setAuthor(event.currentTarget.value)}
          >
            <option value="">All authors</option>
            {authors.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <Find page={shown.spans.page} stage={stage} filter={author} />
        {tree.text(element, "audioUrl") && (
          <small class="nb-muted" role="note">
            Its sound is not played yet.
          </small>
        )}
      </div>
      <SpanStage
        {...props}
        place={place}
        spans={shown.spans}
        kind="Dialogue"
        granular={false}
        keeps={tree.text(element, "saveTextResult") === "yes"}
        onStage={setStage}
      />
    </Reading>
  );
}

export const family: Family = {
  views: { Paragraphs, ParagraphLabels: labels.Palette },
  hotkeys: labels.hotkeys,
  styles: textStyles + labels.styles + findStyles + styles,
  places: [place],
};
