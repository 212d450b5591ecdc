import { useLayoutEffect } from "preact/hooks";
import type { Element } from "../core/types";
import { scopedSheet } from "../stage/sheet";
import { styled } from "../stage/styled";
import type { Family, ViewProps } from "../state/family";
import type { Tree } from "../state/tree";
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

const sizeOf = (tree: Tree, header: Element) =>
  Math.min(Math.max(Math.round(tree.number(header, "size") ?? 4), 1), 6);

/** How deep a heading is: as its size says, but no more than one below the heading before it. */
function levelOf(tree: Tree, header: Element): number {
  let level = 6;
  for (const at of tree.elements) {
    if (at.tag === "Header") level = Math.min(sizeOf(tree, at), level + 1);
    if (at === header) break;
  }
  return level;
}

function Header({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const Level = `h${sizeOf(tree, element)}` as "h4";
  return (
    <Level
      aria-level={levelOf(tree, element)}
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
