import type { Element } from "../core/types";
import type { Editor } from "./editor";
import { type Keyed, keyed } from "./hotkeys";
import { isVisible } from "./visibility";

/** The labels and choices that have every word, in any order; those that begin so come first. */
export function searched(editor: Editor, query: string): Keyed[] {
  const tree = editor.tree.value;
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const said = (element: Element, names: readonly string[]) =>
    names
      .map((name) => tree.text(element, name))
      .join(" ")
      .toLowerCase();
  const later = ({ element }: Keyed) => Number(!said(element, ["value"]).startsWith(wanted));
  return editor.labels
    .recentFirst(keyed(editor), ({ element }) => element.id)
    .filter(({ element, control }) => {
      if (element === control || !isVisible(editor, control)) return false;
      const text = `${said(element, ["value", "alias", "hint"])} ${said(control, ["name"])}`;
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => later(a) - later(b));
}
