import { useEffect, useState } from "preact/hooks";
import type { Element, TaskView } from "../core/types";
import type { Editor } from "../state/editor";
import type { Tree } from "../state/tree";
import { useCode } from "./_code";
import type { readWeb } from "./_web";

/** Whether an object's value is not what it shows, but an address or a code: the kernel reads it. */
const isRead = (tree: Tree, element: Element): boolean =>
  /\burl\b|64/.test(["valueType", "encoding"].map((name) => tree.text(element, name)).join(" ")) ||
  !!element.attributes.resolver;

/** What the kernel has read for an object; undefined where its value is the text itself. */
const read = (tree: Tree, view: TaskView | null, element: Element) =>
  isRead(tree, element) ? view?.media[element.id]?.[0] : undefined;

/** What an object shows, where it is here already. */
export const sourceOf = (editor: Editor, element: Element): string | null =>
  sourceIn(editor.tree.value, editor.view.value, element);

/** The same of any task. */
export function sourceIn(tree: Tree, view: TaskView | null, element: Element): string | null {
  const media = read(tree, view, element);
  const bytes = media?.bytes;
  if (bytes) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return media ? null : tree.text(element, "value");
}

/** The text that an object shows, of its value or from where that leads; null while it comes. */
export function useSource(editor: Editor, element: Element): string | null {
  const here = sourceOf(editor, element);
  const media = here === null ? read(editor.tree.value, editor.view.value, element) : undefined;
  const url = media?.url;
  const [fetched, setFetched] = useState<{ url: string; text: string } | null>(null);
  // Few texts are of the web.
  const code = useCode<{ readWeb: typeof readWeb }>(editor, url ? "panels" : null);
  useEffect(() => {
    if (!url || !code) return;
    const come = (text: string) => setFetched({ url, text });
    return code.readWeb(url, come, (sentence) => {
      editor.tell(sentence);
      come("");
    });
  }, [url, code, editor]);
  if (here !== null) return here;
  if (!url) return ""; // what is wrong is told with the task
  return fetched?.url === url ? fetched.text : null;
}
