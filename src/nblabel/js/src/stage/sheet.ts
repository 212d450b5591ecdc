/** Selectors that reach out of a shadow root: to its host, and to what is around that. */
const OUTSIDE = /:host\b/i;

/**
 * A stranger's CSS for the widget's shadow root. There it sees nothing of the page, cannot import
 * anything, and what is fixed stays inside; only the host itself has to be kept from it.
 */
export function scopedSheet(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  confine(sheet);
  return sheet;
}

function confine(rules: CSSStyleSheet | CSSGroupingRule): void {
  for (let i = rules.cssRules.length - 1; i >= 0; i--) {
    const rule = rules.cssRules[i];
    if (rule instanceof CSSStyleRule && OUTSIDE.test(rule.selectorText)) rules.deleteRule(i);
    else if (rule && "cssRules" in rule) confine(rule as CSSGroupingRule);
  }
}
