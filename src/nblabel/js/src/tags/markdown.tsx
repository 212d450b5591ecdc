import { marked } from "marked";
import { useMemo } from "preact/hooks";
import { styled } from "../stage/styled";
import type { Family, ViewProps } from "../state/family";
import { Html } from "./_html";
import styles from "./markdown.css";

/** What stands between the tags, without the indentation of the XML around it. */
export function dedented(body: string): string {
  const lines = body.replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, "").split("\n");
  const depths = lines.slice(lines[0]?.trim() ? 1 : 0).flatMap((line) => {
    const depth = line.search(/\S/);
    return depth < 0 ? [] : [depth];
  });
  const depth = Math.min(...depths, Number.POSITIVE_INFINITY);
  return lines
    .map((line) => line.slice(Math.min(depth, line.search(/\S|$/))))
    .join("\n")
    .trim();
}

/** Signs before a line that each put it into one more list or quotation: nobody reads so deep. */
const DEEP =
  /^((?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])){80})(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))+/gm;

/** As HTML; "" where it is nested deeper than can be gone through, and is shown as it is written. */
export function htmlOf(text: string): string {
  try {
    return marked.parse(text.replace(DEEP, "$1"), { async: false, gfm: true });
  } catch {
    return "";
  }
}

function Markdown({ element, editor }: ViewProps) {
  const tree = editor.tree.value;
  const text = tree.text(element, "value") || dedented(element.body ?? "");
  const html = useMemo(() => htmlOf(text), [text]);
  return (
    <div
      ref={styled(tree.text(element, "style"), editor.spec.protocols)}
      class={`nb-markdown ${tree.text(element, "className")}`}
      id={tree.text(element, "idAttr") || undefined}
    >
      <Html editor={editor} html={html} text={text} />
    </div>
  );
}

export const family: Family = { views: { Markdown }, styles };
