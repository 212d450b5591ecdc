import { useLayoutEffect, useRef } from "preact/hooks";
import type { Element } from "../core/types";
import { scopedSheet } from "../stage/sheet";
import { styled } from "../stage/styled";
import type { Family, ViewProps } from "../state/family";
import type { Tree } from "../state/tree";
import styles from "./view.css";

/** Whether a config's styles lay out what is in an element in rows. */
function isInRows(element: HTMLElement): boolean {
  const { display, flexDirection } = getComputedStyle(element);
  return /grid|flex row/.test(`${display} ${flexDirection}`);
}

function View({ element, editor, children }: ViewProps) {
  const tree = editor.tree.value;
  const own = useRef<HTMLDivElement | null>(null);
  const inline = tree.text(element, "display") === "inline";
  const style = tree.text(element, "style");
  const className = tree.text(element, "className");
  const sheets = style || className ? editor.sheets.value : null;
  useLayoutEffect(() => {
    own.current?.toggleAttribute("data-rows", sheets !== null && isInRows(own.current));
  }, [style, className, sheets]);
  return (
    <div
      ref={(el) => {
        own.current = el;
        styled(style, editor.spec.protocols)(el);
      }}
      class={`nb-view ${inline ? "nb-inline" : ""} ${className}`}
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
