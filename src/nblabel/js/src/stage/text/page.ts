import type { Link } from "../../core/links";
import { Offsets } from "../../core/offsets";

/** A stretch of the text that is one text node and is painted as one where it is in sight. */
export interface Run {
  readonly element: HTMLElement;
  readonly node: Text;
  /** In UTF-16 units of the whole text. */
  readonly start: number;
  readonly end: number;
}

/** What a page has that a plain text has not. */
export interface PageParts {
  /** What stands in the stage in the page's place: the host of the shadow root that it is in. */
  readonly host?: HTMLElement;
  /** The addresses that it leads to; by default those that are written in it. */
  readonly links?: readonly Link[];
}

/** A spot in the DOM. */
export interface Spot {
  readonly node: Node;
  readonly offset: number;
}

/** What is watched as one: its runs are all the text in it. */
export interface Block {
  readonly element: HTMLElement;
  /** Where it ends, if it is several elements that follow each other. */
  readonly last?: HTMLElement;
  readonly runs: readonly Run[];
}

/**
 * A text in the DOM, in whatever elements and document: its runs, one after the other, are the text.
 * What stands between two runs, such as a line break where a block ends, is in the text alone.
 */
export class Page {
  readonly runs: readonly Run[];
  /** The blocks by the elements that they begin with. */
  readonly blocks: ReadonlyMap<Element, Block>;
  /** The code points of its text. */
  readonly offsets: Offsets;
  readonly #byNode: ReadonlyMap<Node, Run>;
  readonly #blockOf = new Map<Run, Block>();

  constructor(
    readonly element: HTMLElement,
    readonly text: string,
    blocks: readonly Block[],
    readonly parts: PageParts = {},
  ) {
    this.offsets = new Offsets(text);
    const gathered = new Map<Element, Block & { readonly runs: Run[] }>();
    for (const block of blocks) {
      const known = gathered.get(block.element) ?? { ...block, runs: [] };
      gathered.set(block.element, known);
      for (const run of block.runs) {
        known.runs.push(run);
        this.#blockOf.set(run, known);
      }
    }
    this.blocks = gathered;
    this.runs = blocks.flatMap(({ runs }) => runs);
    this.#byNode = new Map(this.runs.map((run) => [run.node, run]));
  }

  get host(): HTMLElement {
    return this.parts.host ?? this.element;
  }

  /** The document that it is shown in: this one's, or a frame's. */
  get document(): Document {
    return this.element.ownerDocument;
  }

  get view(): typeof globalThis {
    return this.document.defaultView ?? globalThis;
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

  isHidden(unit: number): boolean {
    return this.runAt(unit).element.closest("[hidden]") !== null;
  }

  /** About where a unit is in the window: as far down its block as it is far into its text. */
  about(unit: number): DOMRect {
    const run = this.runAt(unit);
    const { element, last = element, runs } = this.#blockOf.get(run) ?? { ...run, runs: [run] };
    const from = runs[0]?.start ?? run.start;
    const length = (runs.at(-1)?.end ?? run.end) - from;
    const { left, top } = element.getBoundingClientRect();
    const height = last.getBoundingClientRect().bottom - top;
    return new DOMRect(left, top + (height * (unit - from)) / Math.max(1, length), 0, 0);
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
    const border = this.document.createRange();
    border.setStart(spot.node, spot.offset);
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (border.comparePoint((this.runs[middle] as Run).node, 0) < 0) low = middle + 1;
      else high = middle;
    }
    return this.runs[low]?.start ?? this.text.length;
  }

  /** What a painter takes: they do not follow changes, and the text does not change. */
  staticRanges(start: number, end: number): StaticRange[] {
    return this.pieces(start, end).map(
      ([from, to]) =>
        // One of this window would not be painted in another document.
        new this.view.StaticRange({
          startContainer: from.node,
          startOffset: from.offset,
          endContainer: to.node,
          endOffset: to.offset,
        }),
    );
  }

  /** The pieces of a stretch in which nothing stands that is not of the text. */
  protected pieces(start: number, end: number): [Spot, Spot][] {
    return [[this.spotAt(start), this.spotAt(end, true)]];
  }

  /** The boxes of a stretch, one a line of the screen, in client coordinates. */
  boxes(start: number, end: number): DOMRect[] {
    return mergeLines(this.rawBoxes(start, end));
  }

  /** The same with boxes that have no width, such as a line break's. */
  rawBoxes(start: number, end: number): DOMRect[] {
    const range = this.document.createRange();
    return this.pieces(start, end).flatMap(([from, to]) => {
      range.setStart(from.node, from.offset);
      range.setEnd(to.node, to.offset);
      return [...range.getClientRects()];
    });
  }
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
