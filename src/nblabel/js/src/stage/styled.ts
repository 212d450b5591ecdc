import { confined } from "./declarations";

/**
 * A `ref` that gives an element a style attribute's text, as the DOM's own parser takes it:
 * declarations only, on this element only, and nothing that fetches what `protocols` do not allow.
 */
export function styled(
  text: string,
  protocols: readonly string[] = [],
): (element: HTMLElement | null) => void {
  return (element) => {
    if (element) element.style.cssText = text && confined(text, protocols);
  };
}
