import type { Stretch } from "../../core/segments";
import { safeColor } from "../colour";
import type { MarkStyle } from "../mark";
import type { Page } from "./page";

/** A mark in UTF-16 units, with the row that keeps it apart from those it overlaps. */
export interface Painted<M extends MarkStyle = MarkStyle> {
  readonly mark: M;
  readonly start: number;
  readonly end: number;
  readonly row: number;
  readonly hovered: boolean;
}

/** Puts colour under stretches of the text. */
export interface Painter {
  /** The marks to show now; those near the viewport only. */
  paint(marks: readonly Painted[]): void;
  /** Underlines what can be opened. */
  links(links: readonly Stretch[]): void;
  dispose(): void;
}

export function createPainter(page: Page, widgetId: string, ground: HTMLElement): Painter {
  return "highlights" in CSS && typeof Highlight === "function"
    ? new HighlightPainter(page, widgetId, ground)
    : new OverlayPainter(page, ground);
}

const ROWS = 4;
const strength = (mark: MarkStyle, hovered: boolean): number =>
  (mark.suggestion ? 8 : mark.selected ? 42 : 24) + (hovered ? 12 : 0);

/** Everything a mark's look depends on; one highlight for each that occurs. */
function lookOf({ mark, row, hovered }: Painted): string {
  const color = safeColor(mark.color);
  const tint = `color-mix(in srgb, ${color} ${strength(mark, hovered)}%, transparent)`;
  const line = mark.suggestion ? "dashed" : "solid";
  return (
    `background-color: ${tint}; text-decoration: underline ${line} 2px ${color}; ` +
    `text-underline-offset: ${3 + 3 * (row % ROWS)}px;`
  );
}

interface Present {
  readonly look: string;
  readonly ranges: readonly StaticRange[];
}

/** The CSS Custom Highlight API: the DOM of the text stays as it is, overlaps are no problem. */
class HighlightPainter implements Painter {
  readonly #page: Page;
  readonly #prefix: string;
  readonly #sheet: HTMLStyleElement;
  /** Names by look; the registry belongs to the whole page, so only own names are touched. */
  readonly #names = new Map<string, string>();
  #present = new Map<string, Present>();

  constructor(page: Page, widgetId: string, ground: HTMLElement) {
    this.#page = page;
    this.#prefix = `${widgetId.replace(/[^\w-]/g, "_")}-${serial++}`;
    this.#sheet = document.createElement("style");
    (page.host.shadowRoot ?? ground).append(this.#sheet); // rules hold within one root
  }

  paint(marks: readonly Painted[]): void {
    const next = new Map<string, Present>();
    for (const painted of marks) {
      const look = lookOf(painted);
      const key = `${painted.mark.id} ${painted.start} ${painted.end}`;
      const before = this.#present.get(key);
      if (before?.look === look) next.set(key, before);
      else {
        const ranges = this.#page.staticRanges(painted.start, painted.end);
        for (const range of ranges) this.#highlight(look).add(range);
        next.set(key, { look, ranges });
      }
    }
    for (const [key, { look, ranges }] of this.#present)
      if (next.get(key)?.ranges !== ranges)
        for (const range of ranges) this.#highlight(look).delete(range);
    this.#present = next;
  }

  links(links: readonly Stretch[]): void {
    if (links.length === 0) return;
    const highlight = this.#highlight("text-decoration: underline dotted 1px;");
    highlight.priority = -1;
    for (const { start, end } of links)
      for (const range of this.#page.staticRanges(start, end)) highlight.add(range);
  }

  dispose(): void {
    for (const name of this.#names.values()) this.#page.view.CSS.highlights.delete(name);
    this.#names.clear();
    this.#sheet.remove();
  }

  #highlight(look: string): Highlight {
    let name = this.#names.get(look);
    if (name === undefined) {
      name = `${this.#prefix}-${this.#names.size}`;
      this.#names.set(look, name);
      this.#sheet.append(`::highlight(${name}) { ${look} }\n`);
    }
    const { CSS, Highlight } = this.#page.view; // those of the document that they are in
    let highlight = CSS.highlights.get(name);
    if (!highlight) {
      highlight = new Highlight();
      CSS.highlights.set(name, highlight);
    }
    return highlight;
  }
}

/** Boxes under the text, for browsers without the Highlight API. */
class OverlayPainter implements Painter {
  readonly #page: Page;
  readonly #layer: HTMLElement;

  constructor(page: Page, ground: HTMLElement) {
    this.#page = page;
    this.#layer = document.createElement("div");
    this.#layer.className = "nb-text-boxes";
    ground.append(this.#layer);
  }

  paint(marks: readonly Painted[]): void {
    const origin = this.#layer.getBoundingClientRect();
    this.#layer.replaceChildren(
      ...marks.flatMap((painted) =>
        this.#page.boxes(painted.start, painted.end).map((box) => boxElement(box, origin, painted)),
      ),
    );
  }

  links(): void {
    // Without the Highlight API an address looks like text; it opens all the same.
  }

  dispose(): void {
    this.#layer.remove();
  }
}

function boxElement(box: DOMRect, origin: DOMRect, { mark, row, hovered }: Painted): HTMLElement {
  const element = document.createElement("div");
  const color = safeColor(mark.color);
  element.style.cssText = `left: ${box.left - origin.left}px; top: ${box.top - origin.top}px;`;
  element.style.width = `${box.width}px`;
  element.style.height = `${box.height + 3 * (row % ROWS)}px`;
  element.style.background = `color-mix(in srgb, ${color} ${strength(mark, hovered)}%, transparent)`;
  element.style.borderBottom = `2px ${mark.suggestion ? "dashed" : "solid"} ${color}`;
  return element;
}

let serial = 0;
