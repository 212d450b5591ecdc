import { useLayoutEffect, useMemo } from "preact/hooks";
import type { Family, ViewProps } from "../state/family";

/** A style attribute as the DOM's own parser takes it: declarations only, on this element only. */
function useStyle(text: string): (element: HTMLElement | null) => void {
  return useMemo(
    () => (element: HTMLElement | null) => {
      if (element) element.style.cssText = text;
    },
    [text],
  );
}

function View({ element, editor, children }: ViewProps) {
  const tree = editor.tree.value;
  const inline = tree.text(element, "display") === "inline";
  return (
    <div
      ref={useStyle(tree.text(element, "style"))}
      class={`nb-view ${inline ? "nb-inline" : ""} ${tree.text(element, "className")}`}
      id={tree.text(element, "idAttr") || undefined}
    >
      {children}
    </div>
  );
}

function Header({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const size = Math.min(Math.max(Math.round(tree.number(element, "size") ?? 4), 1), 6);
  const Level = `h${size}` as "h4";
  return (
    <Level
      ref={useStyle(tree.text(element, "style"))}
      class={tree.flag(element, "underline") ? "nb-header nb-underline" : "nb-header"}
    >
      {tree.text(element, "value")}
    </Level>
  );
}

/** The config's own CSS: it lives in the widget's shadow root, and cannot import anything. */
function Style({ element, editor }: ViewProps) {
  const css = element.body || editor.tree.value.text(element, "value");
  useLayoutEffect(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    editor.sheets.value = [...editor.sheets.value, sheet];
    return () => {
      editor.sheets.value = editor.sheets.value.filter((other) => other !== sheet);
    };
  }, [css, editor]);
  return null;
}

export const family: Family = { views: { View, Header, Style } };
