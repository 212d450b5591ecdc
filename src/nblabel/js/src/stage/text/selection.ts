import type { Page, Run, Spot } from "./page";

/** The browser's selection within a text, in UTF-16 units. */
export interface Selected {
  readonly anchor: number;
  readonly focus: number;
}

/** What browsers offer beyond the common DOM types; each is asked for before it is used. */
type ShadowSelection = Omit<Selection, "getComposedRanges"> & {
  getComposedRanges?: (options: { shadowRoots: ShadowRoot[] }) => StaticRange[];
};

interface ShadowDocument {
  caretPositionFromPoint?(
    x: number,
    y: number,
    options?: { shadowRoots: ShadowRoot[] },
  ): CaretPosition | null;
  caretRangeFromPoint?(x: number, y: number): Range | null;
}

/** The selection as the text's own root sees it: Chromium keeps one per shadow root. */
function selectionOf(element: HTMLElement): ShadowSelection | null {
  const root = element.getRootNode() as (Document | ShadowRoot) & {
    getSelection?: () => Selection | null;
  };
  return root.getSelection ? root.getSelection() : element.ownerDocument.getSelection();
}

/** The page's own selection; what it was set to is known exactly, whatever the browser reports. */
export class TextSelection {
  readonly #page: Page;
  /** Browsers report a place beside a line break as another one that looks the same. */
  #written: { given: Selected; reported: Selected | null } | null = null;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Null when the selection is elsewhere. */
  read(): Selected | null {
    const reported = this.#report();
    const written = this.#written;
    const own =
      written?.reported?.anchor === reported?.anchor &&
      written?.reported?.focus === reported?.focus;
    return own && reported ? (written?.given ?? reported) : reported;
  }

  write(given: Selected): void {
    const { anchor, focus } = given;
    const from = this.#page.spotAt(anchor, focus < anchor);
    const to = this.#page.spotAt(focus, focus > anchor);
    const selection = selectionOf(this.#page.element);
    selection?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
    this.#written = { given, reported: this.#report() };
  }

  drop(): void {
    if (this.#report()) this.clear();
  }

  /** Drops a selection that is known to be in this text: finding out costs a layout. */
  clear(): void {
    selectionOf(this.#page.element)?.removeAllRanges();
  }

  /** Lets the browser move or extend by what only it knows, such as a line of the screen. */
  modify(extending: boolean, direction: "forward" | "backward", unit: string): void {
    selectionOf(this.#page.element)?.modify(extending ? "extend" : "move", direction, unit);
  }

  #report(): Selected | null {
    const page = this.#page;
    const selection = selectionOf(page.element);
    const ends = selection && endsOf(selection, page);
    if (!ends?.some((end) => page.element.contains(end.node))) return null;
    return { anchor: page.unitAt(ends[0]), focus: page.unitAt(ends[1]) };
  }
}

/** The position nearest to a point of the screen; null where there is no text. */
export function positionAt(page: Page, x: number, y: number): number | null {
  const root = page.element.getRootNode();
  const source = page.document as unknown as ShadowDocument;
  const shadowRoots = root instanceof ShadowRoot ? [root] : [];
  const caret = source.caretPositionFromPoint?.(x, y, { shadowRoots });
  const range = caret ? null : source.caretRangeFromPoint?.(x, y);
  const spot = caret
    ? { node: caret.offsetNode, offset: caret.offset }
    : range && { node: range.startContainer, offset: range.startOffset };
  if (spot && page.element.contains(spot.node)) return page.unitAt(spot);
  return root instanceof ShadowRoot && !source.caretPositionFromPoint
    ? nearestByBoxes(page, x, y)
    : null;
}

/** For browsers that do not look into shadow roots: the character whose box is nearest. */
function nearestByBoxes(page: Page, x: number, y: number): number | null {
  const away = (low: number, high: number, at: number) => Math.max(low - at, 0, at - high);
  const height = (run: Run) => {
    const box = run.element.getBoundingClientRect();
    return away(box.top, box.bottom, y);
  };
  const run = page.runs.reduce((best, one) => (height(one) < height(best) ? one : best));
  let nearest: { position: number; distance: number } | null = null;
  for (let at = run.start; at < run.end; at++)
    for (const box of page.rawBoxes(at, at + 1)) {
      const distance = 1000 * away(box.top, box.bottom, y) + away(box.left, box.right, x);
      if (nearest && nearest.distance <= distance) continue;
      nearest = { position: x > (box.left + box.right) / 2 ? at + 1 : at, distance };
    }
  return nearest?.position ?? null;
}

function endsOf(selection: ShadowSelection, page: Page): [Spot, Spot] | null {
  const { anchorNode, focusNode, anchorOffset, focusOffset } = selection;
  if (anchorNode && focusNode && page.element.contains(anchorNode))
    return [
      { node: anchorNode, offset: anchorOffset },
      { node: focusNode, offset: focusOffset },
    ];
  const root = page.element.getRootNode();
  if (!selection.getComposedRanges || !(root instanceof ShadowRoot)) return null;
  const [range] = selection.getComposedRanges({ shadowRoots: [root] });
  if (!range) return null;
  const start = { node: range.startContainer, offset: range.startOffset };
  const end = { node: range.endContainer, offset: range.endOffset };
  return selection.direction === "backward" ? [end, start] : [start, end];
}
