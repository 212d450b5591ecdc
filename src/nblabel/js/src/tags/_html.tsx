import { useMemo } from "preact/hooks";
import type { Editor } from "../state/editor";
import { useCode } from "./_code";

interface Cleaner {
  clean(html: string, protocols: readonly string[]): string;
}

/** HTML from a config or from task data, cleaned; plain text until that is done, or without any. */
export function Html({ editor, html, text }: { editor: Editor; html: string; text: string }) {
  const cleaner = useCode<Cleaner>(editor, html ? "html" : null);
  const { protocols } = editor.spec;
  const cleaned = useMemo(
    () => (html && cleaner ? cleaner.clean(html, protocols) : null),
    [html, cleaner, protocols],
  );
  if (cleaned === null) return <span class="nb-grow">{text}</span>;
  // DOMPurify has been over it; what is in it stays in its box, wherever it wants to stand.
  return <span class="nb-grow nb-html" dangerouslySetInnerHTML={{ __html: cleaned }} />;
}
