import { useEffect, useState } from "preact/hooks";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";
import { useCode } from "./_code";
import type { readWeb } from "./_web";

/** Whether an object's value is not what it shows, but an address or a code: the kernel reads it. */
const isRead = (editor: Editor, element: Element): boolean =>
  /\burl\b|64/.test(
    ["valueType", "encoding"].map((name) => editor.tree.value.text(element, name)).join(" "),
  ) || !!element.attributes.resolver;

/** What the kernel has read for an object; undefined where its value is the text itself. */
const read = (editor: Editor, element: Element) =>
  isRead(editor, element) ? editor.view.value?.media[element.id]?.[0] : undefined;

/** What an object shows, where it is here already. */
export function sourceOf(editor: Editor, element: Element): string | null {
  const tree = editor.tree.value;
  const media = read(editor, element);
  const bytes = media?.bytes;
  if (bytes) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return media ? null : tree.text(element, "value");
}

/** The text that an object shows, of its value or from where that leads; null while it comes. */
export function useSource(editor: Editor, element: Element): string | null {
  const here = sourceOf(editor, element);
  const media = here === null ? read(editor, element) : undefined;
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
