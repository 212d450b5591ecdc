import { useEffect, useState } from "preact/hooks";
import type { Element } from "../core/types";
import type { Editor } from "../state/editor";

/** Whether an object's value is the address of what it shows; the kernel reads it, if it may. */
const isAddress = (editor: Editor, element: Element): boolean =>
  /\burl\b/.test(editor.tree.value.text(element, "valueType")) || !!element.attributes.resolver;

/** What the kernel has read for an object; undefined where its value is the text itself. */
const read = (editor: Editor, element: Element) =>
  isAddress(editor, element) ? editor.view.value?.media[element.id]?.[0] : undefined;

/** What an object shows, where it is here already. */
export function sourceOf(editor: Editor, element: Element): string | null {
  const tree = editor.tree.value;
  const media = read(editor, element);
  const bytes = media?.bytes;
  const text = bytes ? new TextDecoder().decode(bytes) : media ? null : tree.text(element, "value");
  return text === null ? null : decoded(text, tree.text(element, "encoding"));
}

/** The text that an object shows, of its value or from where that leads; null while it comes. */
export function useSource(editor: Editor, element: Element): string | null {
  const here = sourceOf(editor, element);
  const media = here === null ? read(editor, element) : undefined;
  const url = media?.url;
  const [fetched, setFetched] = useState<{ url: string; text: string } | null>(null);
  useEffect(() => {
    if (!url) return;
    const stop = new AbortController();
    fetch(url, { signal: stop.signal })
      .then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
        return answer.text();
      })
      .then((text) => setFetched({ url, text }))
      .catch((error: Error) => {
        if (stop.signal.aborted) return;
        editor.tell(`the text at ${url} cannot be read: ${error.message}`);
        setFetched({ url, text: "" });
      });
    return () => stop.abort();
  }, [url, editor]);
  if (here !== null) return here;
  if (!url) return ""; // what is wrong is told with the task
  const text = fetched?.url === url ? fetched.text : null;
  return text && decoded(text, editor.tree.value.text(element, "encoding"));
}

function decoded(text: string, encoding: string): string {
  if (encoding !== "base64" && encoding !== "base64unicode") return text;
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder(encoding === "base64" ? "latin1" : "utf-8").decode(bytes);
  } catch {
    return text; // not base64 after all
  }
}
