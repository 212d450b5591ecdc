/** How near to the edge, and how fast at most, in CSS pixels. */
const EDGE = 12;
const SPEED = 24;

/** The nearest element around, through shadow roots, that scrolls up and down. */
function scrollerOf(element: Element): Element | null {
  for (let node: Node | null = element; node; node = parentOf(node)) {
    if (!(node instanceof Element) || node.scrollHeight <= node.clientHeight) continue;
    if (/auto|scroll/.test(getComputedStyle(node).overflowY)) return node;
  }
  return null;
}

const parentOf = (node: Node): Node | null =>
  node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);

/** The part of an element that is within its scroller and the window. */
export function visibleBox(element: Element): DOMRect {
  const own = element.getBoundingClientRect();
  const frame = scrollerOf(element)?.getBoundingClientRect();
  const top = Math.max(own.top, frame?.top ?? 0, 0);
  const bottom = Math.min(own.bottom, frame?.bottom ?? innerHeight, innerHeight);
  return new DOMRect(own.left, top, own.width, Math.max(0, bottom - top));
}

/** Scrolls a little when a height is at or beyond the visible edge; false when it is not. */
export function scrollTowards(element: Element, clientY: number): boolean {
  const scroller = scrollerOf(element);
  if (!scroller) return false;
  const { top, bottom } = visibleBox(element);
  const beyond =
    clientY > bottom - EDGE
      ? clientY - bottom + EDGE
      : clientY < top + EDGE
        ? clientY - top - EDGE
        : 0;
  const before = scroller.scrollTop;
  scroller.scrollTop += Math.max(-SPEED, Math.min(SPEED, beyond / 2));
  return scroller.scrollTop !== before;
}
