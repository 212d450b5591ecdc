import { confine } from "./declarations";

/** Kinds of rules that say how the config's own elements look, and nothing else. */
const KINDS: ReadonlySet<string> = new Set([
  "CSSStyleRule",
  "CSSNestedDeclarations",
  "CSSMediaRule",
  "CSSSupportsRule",
  "CSSContainerRule",
  "CSSLayerBlockRule",
  "CSSLayerStatementRule",
  "CSSStartingStyleRule",
  "CSSKeyframesRule",
  "CSSKeyframeRule",
]);

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

/** Takes out of a stranger's rules all that do more than style, and what would ask a server. */
export function keepAllowed(
  rules: Pick<CSSGroupingRule, "cssRules" | "deleteRule">,
  protocols: readonly string[],
): void {
  for (let i = rules.cssRules.length - 1; i >= 0; i--) {
    const rule = rules.cssRules[i];
    if (!rule) continue;
    if (!KINDS.has(rule.constructor.name)) {
      rules.deleteRule(i);
      continue;
    }
    if ("style" in rule) confine((rule as CSSStyleRule).style, protocols);
    if ("cssRules" in rule) keepAllowed(rule as CSSGroupingRule, protocols);
  }
}
