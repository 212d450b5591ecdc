/** How far a selection in a text is extended before it becomes a span. */
export type Granularity = "symbol" | "word" | "sentence" | "paragraph";

/** A stretch of a text in UTF-16 units, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** No grapheme or word is longer in earnest; lines may be, and a step must not cost their length. */
const REACH = 500;

const segmenters = {
  grapheme: new Intl.Segmenter(undefined, { granularity: "grapheme" }),
  word: new Intl.Segmenter(undefined, { granularity: "word" }),
  sentence: new Intl.Segmenter(undefined, { granularity: "sentence" }),
};

/** The lines of a text, each with its own line break (`\n`, `\r\n` or `\r`) at its end. */
export function lines(text: string): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) {
    const end = lineBreak.index + lineBreak[0].length;
    found.push({ start, end });
    start = end;
  }
  if (start < text.length || found.length === 0) found.push({ start, end: text.length });
  return found;
}

export type Direction = "ltr" | "rtl";

/** Scripts that are written from right to left and are in use, or were. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Hanifi_Rohingya}]/u;

/** The direction of a line, by its first letter. */
export function directionOf(text: string, { start, end }: Stretch): Direction {
  const letter = /\p{L}/gu;
  letter.lastIndex = start;
  const found = letter.exec(text);
  return found && found.index < end && RIGHT_TO_LEFT.test(found[0]) ? "rtl" : "ltr";
}

/** The line around a position, without its line break, or as much of it as is within reach. */
export function lineAt(text: string, position: number, reach = Number.POSITIVE_INFINITY): Stretch {
  const least = Math.max(0, position - reach);
  const most = Math.min(text.length, position + reach);
  let start = position;
  while (start > least && !isBreak(text, start - 1)) start--;
  let end = position;
  while (end < most && !isBreak(text, end)) end++;
  return { start, end };
}

/** Without the white space at both ends; empty where there is nothing else. */
export function trim(text: string, { start, end }: Stretch): Stretch {
  const inner = text.slice(start, end);
  const from = start + inner.length - inner.trimStart().length;
  return { start: from, end: Math.max(from, end - (inner.length - inner.trimEnd().length)) };
}

/**
 * A selection extended to whole words, sentences or paragraphs, and trimmed; by symbols it is
 * trimmed where asked for. Null when nothing is left.
 */
export function extend(
  text: string,
  selected: Stretch,
  granularity: Granularity,
  trims = false,
): Stretch | null {
  const inner = trims || granularity !== "symbol" ? trim(text, selected) : selected;
  if (granularity === "symbol") return inner.start < inner.end ? inner : null;
  if (inner.start >= inner.end) return null;
  const first = segmentAt(text, inner.start, granularity);
  const last = segmentAt(text, inner.end - 1, granularity);
  return trim(text, { start: first.start, end: last.end });
}

/** The word, sentence or paragraph that holds the character at a position. */
export function segmentAt(
  text: string,
  position: number,
  granularity: Exclude<Granularity, "symbol">,
): Stretch {
  const line = lineAt(text, position, granularity === "word" ? REACH : undefined);
  if (granularity === "paragraph" || position >= line.end) return line;
  const within = text.slice(line.start, line.end);
  const segment = segmenters[granularity].segment(within).containing(position - line.start);
  if (!segment) return line;
  const start = line.start + segment.index;
  return { start, end: start + segment.segment.length };
}

/** The next border of a grapheme or word, where a caret that goes there stops. */
export function step(
  text: string,
  position: number,
  direction: 1 | -1,
  by: "grapheme" | "word",
): number {
  let at = position;
  while (direction > 0 ? at < text.length : at > 0) {
    const segment = neighbour(text, at, direction, by);
    at = direction > 0 ? segment.end : segment.start;
    if (by === "grapheme" || /[\p{L}\p{N}\p{S}]/u.test(text.slice(segment.start, segment.end)))
      break;
  }
  return at;
}

/** The beginning of the next word: what is selected from there has no blank before it. */
export function nextWord(text: string, position: number): number {
  const end = step(text, position, 1, "word");
  const start = step(text, end, -1, "word");
  if (start > position) return start;
  const next = step(text, end, 1, "word");
  return next > end ? Math.max(end, step(text, next, -1, "word")) : text.length;
}

function neighbour(text: string, at: number, direction: 1 | -1, by: "grapheme" | "word"): Stretch {
  const character = direction > 0 ? at : at - 1;
  if (isBreak(text, character)) {
    if (text[character] === "\n" && text[character - 1] === "\r" && character > 0)
      return { start: character - 1, end: character + 1 };
    if (text[character] === "\r" && text[character + 1] === "\n")
      return { start: character, end: character + 2 };
    return { start: character, end: character + 1 };
  }
  const line = lineAt(text, character, REACH);
  const within = text.slice(line.start, line.end);
  const segment = segmenters[by].segment(within).containing(character - line.start);
  const start = line.start + (segment?.index ?? character - line.start);
  return { start, end: start + (segment?.segment.length ?? 1) };
}

function isBreak(text: string, position: number): boolean {
  return text[position] === "\n" || text[position] === "\r";
}
