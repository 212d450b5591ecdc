import { timeFormat, timeParse } from "d3-time-format";
import { useRef } from "preact/hooks";
import type { Value } from "../core/regions";
import type { Element } from "../core/types";
import { answering, answerOf } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Form, Subject } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { say } from "../state/submitting";
import { type FieldProps, Focus, fieldOf, Proposed } from "./_field";
import { type, typedOf } from "./_typed";
import styles from "./datetime.css";

type Part = "date" | "time" | "month" | "year";

const DATE = "%Y-%m-%d";
const TIME = "%H:%M:%S";
const MINUTES = "%H:%M";
const MINUTE = 60;
const EARLIEST = "0001-01-01";

/** The part that each format writes. */
const PARTS: Readonly<Record<string, Part>> = {
  [DATE]: "date",
  "%Y": "year",
  "%m": "month",
  [TIME]: "time",
};

/** Parts that were chosen and are no answer yet: a time without its date, a year in the typing. */
function begunOf(editor: Editor, control: Element, subject: Subject): Record<string, string> {
  return JSON.parse(typedOf(editor, control, subject) ?? "{}") as Record<string, string>;
}

/** What a control asks for; a date and a time where it does not say, and no part of a date twice. */
function partsOf(editor: Editor, control: Element): ReadonlySet<Part> {
  const only = editor.tree.value.text(control, "only").split(",");
  const parts = only.map((part) => part.trim()).filter(Boolean) as Part[];
  const whole = parts.includes("date");
  const asked = parts.filter((part) => !whole || part === "date" || part === "time");
  return new Set(asked.length > 0 ? asked : (["date", "time"] as const));
}

/** Times have seconds where the steps between them do. */
const clockOf = (editor: Editor, control: Element): string =>
  (editor.tree.value.number(control, "step") ?? MINUTE) % MINUTE === 0 ? MINUTES : TIME;

/** How an answer is written; a time alone has no other form. */
function formatOf(editor: Editor, control: Element): string {
  const parts = partsOf(editor, control);
  if (parts.size === 1 && parts.has("time")) return clockOf(editor, control);
  const own = editor.tree.value.text(control, "format");
  return own || (parts.has("time") ? `${DATE}T${clockOf(editor, control)}` : DATE);
}

const textIn = (value: Value | undefined): string | null =>
  typeof value?.datetime === "string" && value.datetime ? value.datetime : null;

/** An answer as a moment; null where it is not in the control's format. */
function momentOf(editor: Editor, control: Element, text: string | null): Date | null {
  if (text === null) return null;
  const formats = [formatOf(editor, control), `${DATE}T${MINUTES}`, DATE, "%Y"];
  for (const format of formats) {
    const moment = timeParse(format)(text);
    if (moment) return moment;
  }
  return null;
}

/** What parts make, with what was said; null where the one is missing that the rest hangs on. */
function momentWith(
  editor: Editor,
  control: Element,
  said: Date | null,
  chosen: Record<string, string>,
): Date | null {
  const parts = partsOf(editor, control);
  const main = [DATE, "%Y", "%m", TIME].find((at) => parts.has(PARTS[at] as Part)) ?? DATE;
  const given = (at: string) => chosen[at] ?? (said ? timeFormat(at)(said) : "");
  if (!given(main)) return null;
  const month = `${(given("%Y") || "1900").padStart(4, "0")}-${given("%m") || "01"}`;
  const day = parts.has("date") ? given(DATE) : `${month}-01`;
  const time = `${given(TIME) || "00:00"}:00`.slice(0, 8);
  return timeParse(`${DATE} ${TIME}`)(`${day} ${time}`);
}

/** One of the limits as a day; "current" is today, and a year is its first or last day. */
function limitOf(editor: Editor, control: Element, name: "min" | "max"): string | null {
  const text = editor.tree.value.text(control, name).trim();
  if (!text) return null;
  if (text === "current") return timeFormat(DATE)(new Date());
  if (/^\d{4}$/.test(text)) return name === "min" ? `${text}-01-01` : `${text}-12-31`;
  return timeParse(DATE)(text.slice(0, 10)) ? text.slice(0, 10) : null;
}

/** What is wrong with an answer; null where it fits. */
function misfit(editor: Editor, control: Element, text: string): string | null {
  const moment = momentOf(editor, control, text);
  const parts = partsOf(editor, control);
  if (!moment || (parts.size === 1 && parts.has("time"))) return null;
  const day = timeFormat(DATE)(moment);
  const [min, max] = [limitOf(editor, control, "min"), limitOf(editor, control, "max")];
  if (min && day < min) return `min date is ${min}`;
  if (max && day > max) return `max date is ${max}`;
  return null;
}

/** Says a moment of a subject, or unsays what was said. */
function choose(editor: Editor, control: Element, subject: Subject, moment: Date | null): void {
  if (editor.readOnly.value) return;
  const value = moment && { datetime: timeFormat(formatOf(editor, control))(moment) };
  say(
    editor,
    answering(editor, control, () => value ?? undefined, [subject]),
  );
}

function Entry({ editor, control, subject }: FieldProps) {
  const tree = editor.tree.value;
  const field = useRef<HTMLInputElement & HTMLSelectElement>(null);
  const name = tree.text(control, "name");
  const parts = partsOf(editor, control);
  const said = textIn(answerOf(editor, control, subject)?.result.value);
  const shown = said ?? (tree.text(control, "defaultValue") || null);
  const moment = momentOf(editor, control, shown);
  const off = editor.readOnly.value;
  const hotkey = editor.settings.value.showHotkeys ? hotkeysOf(editor).get(control.id) : undefined;
  const wrong = said === null ? null : misfit(editor, control, said);
  const unread = said !== null && !moment;
  const begun = begunOf(editor, control, subject);
  const part = (format: string) => begun[format] ?? (moment ? timeFormat(format)(moment) : "");
  const keep = (format: string, text: string) =>
    type(editor, control, subject, JSON.stringify({ ...begun, [format]: text }));
  /** Answers once what the rest hangs on is chosen; until then a part is only kept. */
  const change = (format: string, text: string) => {
    const next = text ? momentWith(editor, control, moment, { ...begun, [format]: text }) : null;
    if (!next && !(moment && !text)) return keep(format, text);
    type(editor, control, subject, null);
    choose(editor, control, subject, next);
  };
  const common = { readOnly: off, "aria-invalid": wrong !== null || undefined };
  const limits = {
    min: limitOf(editor, control, "min") ?? EARLIEST,
    max: limitOf(editor, control, "max") ?? undefined,
  };
  const year = (edge: "min" | "max") => Number(limits[edge]?.slice(0, 4)) || undefined;
  return (
    <div class="nb-date-form" role="group" aria-label={name}>
      {parts.has("date") && (
        <input
          ref={field}
          class="nb-field"
          type="date"
          aria-label={`${name}, date`}
          {...common}
          {...limits}
          value={part(DATE)}
          onChange={(event) => change(DATE, event.currentTarget.value)}
        />
      )}
      {parts.has("month") && (
        <select
          ref={field}
          class="nb-field"
          aria-label={`${name}, month`}
          disabled={off}
          value={part("%m")}
          onChange={(event) => change("%m", event.currentTarget.value)}
        >
          <option value="">month</option>
          {Array.from({ length: 12 }, (_, i) => new Date(2000, i, 1)).map((first) => (
            <option key={first.getMonth()} value={timeFormat("%m")(first)}>
              {timeFormat("%B")(first)}
            </option>
          ))}
        </select>
      )}
      {parts.has("year") && (
        <input
          ref={parts.has("month") ? null : field}
          class="nb-field nb-date-year"
          type="number"
          aria-label={`${name}, year`}
          placeholder="year"
          {...common}
          min={year("min")}
          max={year("max") ?? 9999}
          value={part("%Y")}
          onInput={(event) => keep("%Y", event.currentTarget.value)}
          onChange={(event) => change("%Y", event.currentTarget.value)}
        />
      )}
      {parts.has("time") && (
        <input
          ref={parts.size > 1 ? null : field}
          class="nb-field"
          type="time"
          aria-label={`${name}, time`}
          {...common}
          step={tree.number(control, "step") ?? MINUTE}
          value={part(TIME).slice(0, clockOf(editor, control) === TIME ? 8 : 5)}
          onChange={(event) => change(TIME, event.currentTarget.value)}
        />
      )}
      <Focus editor={editor} control={control} field={field} />
      {hotkey && <kbd aria-hidden="true">{hotkey}</kbd>}
      {unread && <span class="nb-muted">{said}</span>}
      {wrong && <span class="nb-bad">{wrong}</span>}
      {said !== null && !off && (
        <button
          type="button"
          class="nb-tool"
          aria-label={`Clear ${name}`}
          onClick={() => {
            type(editor, control, subject, null);
            choose(editor, control, subject, null);
          }}
        >
          ✕
        </button>
      )}
      <Proposed {...{ editor, control, subject, words: textIn }} />
    </div>
  );
}

const form: Form = {
  isEmpty: (value) => textIn(value) === null,
  words: (value) => textIn(value),
  pending(editor, control, subject) {
    const written = timeFormat(formatOf(editor, control));
    const answer = answerOf(editor, control, subject);
    const begun = begunOf(editor, control, subject);
    const before = momentOf(editor, control, textIn(answer?.result.value));
    const chosen = Object.values(begun);
    const typed = chosen.some(Boolean) ? momentWith(editor, control, before, begun) : null;
    if (typed) return { datetime: written(typed) };
    if (answer) return chosen.includes("") ? null : undefined;
    const meant = !subject.region || editor.tree.value.flag(control, "required");
    const fallback = editor.tree.value.text(control, "defaultValue") || null;
    const moment = meant ? momentOf(editor, control, fallback) : null;
    return moment ? { datetime: written(moment) } : undefined;
  },
  settled: (editor, control, subject) => type(editor, control, subject, null),
  problem(editor, control, value) {
    const text = textIn(value);
    const wrong = text === null ? null : misfit(editor, control, text);
    return wrong && `Date "${text}" is not valid: ${wrong}`;
  },
};

export const family: Family = {
  views: { DateTime: fieldOf(Entry) },
  form,
  hotkeys: { of: (_, control) => [control], run: Focus.run },
  styles,
};
