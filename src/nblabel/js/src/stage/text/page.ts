import { type Direction, directionOf, lines, type Stretch, step } from "../../core/segments";

/** A stretch of the text that is one text node and is painted as one where it is in sight. */
export interface Run {
  readonly element: HTMLElement;
  readonly node: Text;
  /** In UTF-16 units of the whole text. */
  readonly start: number;
  readonly end: number;
}

/** A spot in the DOM. */
export interface Spot {
  readonly node: Node;
  readonly offset: number;
}

/** A line longer than this is cut into several runs, so that only its visible ones are painted. */
const RUN = 2000;

/** Lines are laid out together, and watched together for coming near, until they are so long. */
const BLOCK = 4000;
/** About how many characters stand in a line of the screen. */
const ACROSS = 90;
/** A line longer than this is laid out as several: the browser lays out one line as a whole. */
const LAID_OUT = 20_000;
/** How far back a cut looks for white space. */
const LOOK_BACK = 200;

/** What is laid out by itself: a line, or a part of a very long one with the line's direction. */
interface Strip extends Stretch {
  readonly direction?: Direction;
}

/**
 * The text in the DOM: one element a line, each with its own line break at its end, so that the
 * page's textContent is the text itself and positions need no translation.
 */
export class Page {
  readonly element: HTMLElement;
  readonly runs: readonly Run[];
  /** The runs of each block of lines. */
  readonly blocks: ReadonlyMap<Element, readonly Run[]>;
  readonly #byNode: ReadonlyMap<Node, Run>;

  constructor(text: string) {
    this.element = document.createElement("div");
    this.element.className = "nb-text-page";
    const strips = lines(text).flatMap((line) => stripsOf(text, line));
    const blocks = gathered(strips).map((together) => blockOf(text, together));
    this.element.append(...blocks.map(({ element }) => element));
    this.blocks = new Map(blocks.map(({ element, runs }) => [element, runs]));
    this.runs = blocks.flatMap(({ runs }) => runs);
    this.#byNode = new Map(this.runs.map((run) => [run.node, run]));
  }

  get length(): number {
    return this.runs.at(-1)?.end ?? 0;
  }

  runAt(unit: number): Run {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.runs[middle] as Run).start <= unit) low = middle;
      else high = middle - 1;
    }
    return this.runs[low] as Run;
  }

  /** Where a unit stands in the DOM; `after` looks at the character before it. */
  spotAt(unit: number, after = false): Spot {
    const run = this.runAt(after ? Math.max(0, unit - 1) : unit);
    return { node: run.node, offset: Math.min(unit, run.end) - run.start };
  }

  /** The unit at a spot in the DOM; spots before or after the text are its ends. */
  unitAt(spot: Spot): number {
    const own = this.#byNode.get(spot.node);
    if (own) return own.start + Math.min(spot.offset, own.end - own.start);
    const border = document.createRange();
    border.setStart(spot.node, spot.offset);
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (border.comparePoint((this.runs[middle] as Run).node, 0) < 0) low = middle + 1;
      else high = middle;
    }
    return this.runs[low]?.start ?? this.length;
  }

  /** What a painter takes: it does not follow changes, and the text does not change. */
  staticRange(start: number, end: number): StaticRange {
    const from = this.spotAt(start);
    const to = this.spotAt(end, true);
    return new StaticRange({
      startContainer: from.node,
      startOffset: from.offset,
      endContainer: to.node,
      endOffset: to.offset,
    });
  }

  /** The boxes of a stretch, one a line of the screen, in client coordinates. */
  boxes(start: number, end: number): DOMRect[] {
    return mergeLines(this.rawBoxes(start, end));
  }

  /** The same with boxes that have no width, such as a line break's. */
  rawBoxes(start: number, end: number): DOMRect[] {
    const range = document.createRange();
    const from = this.spotAt(start);
    const to = this.spotAt(end, true);
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    return [...range.getClientRects()];
  }
}

/** A line as it is laid out. */
function stripsOf(text: string, line: Stretch): Strip[] {
  if (line.end - line.start <= LAID_OUT) return [line];
  const direction = directionOf(text, line);
  return cut(text, line, BLOCK).map((part) => ({ ...part, direction }));
}

/** Lines that follow each other, some together. */
function gathered(lines: readonly Strip[]): Strip[][] {
  const blocks: Strip[][] = [];
  let begun = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    if (line.end - begun > BLOCK) {
      blocks.push([]);
      begun = line.start;
    }
    blocks.at(-1)?.push(line);
  }
  return blocks;
}

/** An element and the runs in it. */
interface Made {
  readonly element: HTMLElement;
  readonly runs: readonly Run[];
}

function blockOf(text: string, together: readonly Strip[]): Made {
  const element = document.createElement("div");
  element.className = "nb-text-block";
  const made = together.map((strip) => lineOf(text, strip));
  element.append(...made.map((line) => line.element));
  const tall = together.reduce((sum, line) => sum + Math.ceil((line.end - line.start) / ACROSS), 0);
  element.style.setProperty("--nb-tall", String(tall));
  return { element, runs: made.flatMap(({ runs }) => runs) };
}

function lineOf(text: string, strip: Strip): Made {
  const line = document.createElement("div");
  line.className = strip.direction ? "nb-text-line nb-text-part" : "nb-text-line";
  line.dir = strip.direction ?? "auto";
  const parts = cut(text, strip, RUN);
  const runs = parts.map((part) => {
    const element = parts.length > 1 ? document.createElement("span") : line;
    const node = document.createTextNode(text.slice(part.start, part.end));
    element.append(node);
    if (element !== line) line.append(element);
    return { element, node, ...part };
  });
  return { element: line, runs };
}

/** Parts of about a size, cut after white space where there is some, else between graphemes. */
function cut(text: string, { start, end }: Stretch, size: number): Stretch[] {
  const parts: Stretch[] = [];
  let from = start;
  while (end - from > size * 1.5) {
    const to = cutNear(text, from + size);
    parts.push({ start: from, end: to });
    from = to;
  }
  parts.push({ start: from, end });
  return parts;
}

function cutNear(text: string, at: number): number {
  const space = text.slice(at - LOOK_BACK, at).lastIndexOf(" ");
  if (space >= 0) return at - LOOK_BACK + space + 1;
  return step(text, step(text, at, 1, "grapheme"), -1, "grapheme");
}

/** Neighbouring boxes of one line of the screen are one. */
function mergeLines(boxes: readonly DOMRect[]): DOMRect[] {
  const merged: DOMRect[] = [];
  for (const box of boxes) {
    if (box.width === 0) continue;
    const last = merged.at(-1);
    const sameLine = last && Math.abs(last.top - box.top) < box.height / 2;
    if (last && sameLine && box.left - last.right < 1.5 && last.left - box.right < 1.5) {
      const left = Math.min(last.left, box.left);
      const top = Math.min(last.top, box.top);
      const right = Math.max(last.right, box.right);
      const bottom = Math.max(last.bottom, box.bottom);
      merged[merged.length - 1] = new DOMRect(left, top, right - left, bottom - top);
    } else merged.push(box);
  }
  return merged;
}
