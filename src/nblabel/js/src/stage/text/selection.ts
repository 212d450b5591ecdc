import type { Page, Place } from "./page";

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
export function selectionOf(element: HTMLElement): ShadowSelection | null {
  const root = element.getRootNode() as (Document | ShadowRoot) & {
    getSelection?: () => Selection | null;
  };
  return root.getSelection ? root.getSelection() : document.getSelection();
}

/** Null when the selection is elsewhere on the page. */
export function readSelection(page: Page): Selected | null {
  const selection = selectionOf(page.element);
  const ends = selection && endsOf(selection, page);
  if (!ends || !(page.element.contains(ends[0].node) || page.element.contains(ends[1].node)))
    return null;
  return { anchor: page.position(ends[0]), focus: page.position(ends[1]) };
}

export function writeSelection(page: Page, { anchor, focus }: Selected): void {
  const from = page.place(anchor, focus < anchor);
  const to = page.place(focus, focus > anchor);
  selectionOf(page.element)?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
}

export function dropSelection(page: Page): void {
  if (readSelection(page)) selectionOf(page.element)?.removeAllRanges();
}

/** The position nearest to a point of the screen; null where there is no text. */
export function positionAt(page: Page, x: number, y: number): number | null {
  const root = page.element.getRootNode();
  const source = document as unknown as ShadowDocument;
  const shadowRoots = root instanceof ShadowRoot ? [root] : [];
  const caret = source.caretPositionFromPoint?.(x, y, { shadowRoots });
  const range = caret ? null : source.caretRangeFromPoint?.(x, y);
  const place = caret
    ? { node: caret.offsetNode, offset: caret.offset }
    : range && { node: range.startContainer, offset: range.startOffset };
  return place && page.element.contains(place.node) ? page.position(place) : null;
}

function endsOf(selection: ShadowSelection, page: Page): [Place, Place] | null {
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
