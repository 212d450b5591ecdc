/**
 * A `ref` that gives an element a style attribute's text, as the DOM's own parser takes it:
 * declarations only, on this element only.
 */
export function styled(text: string): (element: HTMLElement | null) => void {
  return (element) => {
    if (element && text) element.style.cssText = text;
  };
}
