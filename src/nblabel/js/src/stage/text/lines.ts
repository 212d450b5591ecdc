import { type Direction, directionOf, lines, type Stretch, step } from "../../core/segments";
import { type Block, Page } from "./page";

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
 * A plain text in the DOM: one element a line, each with its own line break at its end, so that
 * the page's textContent is the text itself and positions need no translation.
 */
export function pageOf(text: string): Page {
  const element = document.createElement("div");
  element.className = "nb-text-page";
  const strips = lines(text).flatMap((line) => stripsOf(text, line));
  const blocks = gathered(strips).map((together) => blockOf(text, together));
  element.append(...blocks.map((block) => block.element));
  return new Page(element, text, blocks);
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

function blockOf(text: string, together: readonly Strip[]): Block {
  const element = document.createElement("div");
  element.className = "nb-text-block";
  const made = together.map((strip) => lineOf(text, strip));
  element.append(...made.map((line) => line.element));
  const tall = together.reduce((sum, line) => sum + Math.ceil((line.end - line.start) / ACROSS), 0);
  element.style.setProperty("--nb-tall", String(tall));
  return { element, runs: made.flatMap(({ runs }) => runs) };
}

function lineOf(text: string, strip: Strip): Block {
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
