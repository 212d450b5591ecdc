import { useLayoutEffect } from "preact/hooks";
import { scopedSheet } from "../stage/sheet";
import { styled } from "../stage/styled";
import type { Family, ViewProps } from "../state/family";
import styles from "./view.css";

function View({ element, editor, children }: ViewProps) {
  const tree = editor.tree.value;
  const inline = tree.text(element, "display") === "inline";
  return (
    <div
      ref={styled(tree.text(element, "style"), editor.spec.protocols)}
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
      ref={styled(tree.text(element, "style"), editor.spec.protocols)}
      class={tree.flag(element, "underline") ? "nb-header nb-underline" : "nb-header"}
    >
      {tree.text(element, "value")}
    </Level>
  );
}

/** The config's own CSS. */
function Style({ element, editor }: ViewProps) {
  const css = element.body || editor.tree.value.text(element, "value");
  useLayoutEffect(() => {
    const sheet = scopedSheet(css, editor.spec.protocols);
    editor.sheets.value = [...editor.sheets.value, sheet];
    return () => {
      editor.sheets.value = editor.sheets.value.filter((other) => other !== sheet);
    };
  }, [css, editor]);
  return null;
}

export const family: Family = { views: { View, Header, Style }, styles };
