import { useMemo } from "preact/hooks";
import type { Editor } from "../state/editor";
import { useCode } from "./_code";

interface Cleaner {
  clean(html: string): string;
}

/** HTML from a config or from task data, cleaned; plain text until that is done, or without any. */
export function Html({ editor, html, text }: { editor: Editor; html: string; text: string }) {
  const cleaner = useCode<Cleaner>(editor, html ? "html" : null);
  const cleaned = useMemo(() => (html && cleaner ? cleaner.clean(html) : null), [html, cleaner]);
  if (cleaned === null) return <span class="nb-grow">{text}</span>;
  // DOMPurify has been over it.
  return <span class="nb-grow" dangerouslySetInnerHTML={{ __html: cleaned }} />;
}
