import { type Signal, signal } from "@preact/signals-core";
import type { Scope } from "../base/scope";

/** Light or dark, as the page behind the widget is; follows the host when it changes. */
export function watchTheme(el: HTMLElement, wanted: Signal<string>, scope: Scope): Signal<boolean> {
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const dark = signal(false);
  const look = () => {
    dark.value = wanted.value === "auto" ? isDark(el, preferred.matches) : wanted.value === "dark";
  };
  const options = {
    attributes: true,
    attributeFilter: [
      "class",
      "style",
      "data-theme",
      "data-jp-theme-light",
      "data-vscode-theme-kind",
    ],
  };
  for (const root of [document.documentElement, document.body])
    scope.mutations(root, options, look);
  scope.listen(preferred, "change", look);
  scope.add(wanted.subscribe(look));
  return dark;
}

function isDark(el: HTMLElement, otherwise: boolean): boolean {
  for (let at: globalThis.Element | null = el; at; at = outside(at)) {
    const [r = 0, g = 0, b = 0, a = 1] =
      getComputedStyle(at)
        .backgroundColor.match(/[\d.]+/g)
        ?.map(Number) ?? [];
    if (a > 0.5) return 0.299 * r + 0.587 * g + 0.114 * b < 128;
  }
  return otherwise;
}

function outside(el: globalThis.Element): globalThis.Element | null {
  const root = el.getRootNode();
  return el.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}
