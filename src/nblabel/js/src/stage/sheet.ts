import { keepAllowed } from "./declarations";

/**
 * A stranger's CSS for what is drawn of the config. It is scoped to that, whatever its selectors
 * say: neither the widget's own bars nor the element that holds all can be meant by it. Text that
 * closes the scope early stands outside of it and is dropped with all that is not allowed.
 */
export function scopedSheet(css: string, protocols: readonly string[] = []): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@scope (.nb-config) {\n${css}\n}`);
  for (let i = sheet.cssRules.length - 1; i > 0; i--) sheet.deleteRule(i);
  const [scope] = sheet.cssRules;
  if (scope && "cssRules" in scope) keepAllowed(scope as CSSGroupingRule, protocols);
  return sheet;
}
