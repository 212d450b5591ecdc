import { paint } from "./colour";
import { mayFetch } from "./fetching";

/** An address in a value as the browser writes it. */
const ADDRESS = /\burl\("((?:[^"\\]|\\.)*)"\)/gi;
/** All that can fetch; where the browser keeps a value as it was written, an escape may hide it. */
export const FETCHES = /(?:url|src|image|image-set|cross-fade|element|paint)\(|\\/i;
/** A value with `var()` in it stays with its shorthand; these can hold an address. */
const SHORTHANDS = [
  "background",
  "mask",
  "-webkit-mask",
  "mask-border",
  "border-image",
  "-webkit-border-image",
  "list-style",
  "offset",
];

/** The look of what stands on paper, and on something dark. */
const PAPER = {
  "--nb-fg": "#1a1d21",
  "--nb-bg": "#fff",
  "--nb-muted": "#50555c",
  "--nb-line": "#d2d6da",
  "--nb-panel": "#f6f8fa",
  "--nb-ink": "#000",
};
const DARK: typeof PAPER = {
  "--nb-fg": "#eceef0",
  "--nb-bg": "#16181b",
  "--nb-muted": "#b4b8bd",
  "--nb-line": "#3c4148",
  "--nb-panel": "#202429",
  "--nb-ink": "#fff",
};

/** A ground that comes without a colour for what is on it gets one: it is read in every theme. */
function ink(style: CSSStyleDeclaration): void {
  const { alpha, luma } = paint(style.backgroundColor);
  if (style.color || alpha < 0.5) return;
  for (const [name, value] of Object.entries(luma > 0.5 ? PAPER : DARK))
    style.setProperty(name, value);
  style.color = "var(--nb-fg)";
}

/** Takes out of a stranger's declarations what would ask another server for something. */
export function confine(style: CSSStyleDeclaration, protocols: readonly string[]): void {
  for (const name of [...style, ...SHORTHANDS])
    if (asks(style.getPropertyValue(name), protocols)) style.removeProperty(name);
  if (asks(style.cssText, protocols)) style.cssText = ""; // by a way that is not known here
  ink(style);
}

function asks(value: string, protocols: readonly string[]): boolean {
  const rest = value.replace(ADDRESS, (whole, url: string) =>
    mayFetch(url, protocols) ? "" : whole,
  );
  return FETCHES.test(rest);
}

/** Declarations as text, confined. */
export function confined(text: string, protocols: readonly string[]): string {
  const { style } = document.createElement("i");
  style.cssText = text;
  confine(style, protocols);
  return style.cssText;
}

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
