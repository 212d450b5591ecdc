import type { Scope } from "../base/scope";

/**
 * Tells the widget's styles how high the data may be for all to fit into what the host gives: in
 * an output that scrolls (marimo) the bottom bar would be out of sight.
 */
export function watchRoom(box: HTMLElement, host: HTMLElement, scope: Scope): void {
  const look = scope.frame(() => {
    const data = host.shadowRoot?.querySelector<HTMLElement>(".nb-middle");
    const room = roomFor(box) - box.offsetHeight + (data?.offsetHeight ?? 0);
    if (room === Number.POSITIVE_INFINITY) box.style.removeProperty("--nb-room");
    else box.style.setProperty("--nb-room", `${Math.floor(room)}px`);
  });
  scope.resize(box, look);
  scope.listen(window, "resize", look);
}

/** By what the elements around may have at most: how high they are follows from the widget. */
function roomFor(box: HTMLElement): number {
  let least = Number.POSITIVE_INFINITY;
  let taken = 0;
  for (let at = outside(box); at && at !== document.body; at = outside(at)) {
    const style = getComputedStyle(at);
    const { paddingTop, paddingBottom, borderTopWidth, borderBottomWidth } = style;
    const edges = [paddingTop, paddingBottom, borderTopWidth, borderBottomWidth];
    const own = edges.reduce((sum, edge) => sum + px(edge), 0);
    const within = style.boxSizing === "border-box" ? own : 0;
    if (style.maxHeight.endsWith("px") && style.overflowY !== "visible")
      least = Math.min(least, px(style.maxHeight) - within - taken);
    taken += own;
  }
  return least;
}

const px = (text: string): number => Number.parseFloat(text) || 0;

/** The element around, through shadow roots. */
export function outside(el: globalThis.Element): globalThis.Element | null {
  const root = el.getRootNode();
  return el.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}
