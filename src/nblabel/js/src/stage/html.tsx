import { useEffect, useState } from "preact/hooks";
import type { Editor } from "../state/editor";
import { fetchCode } from "../wire/code";

interface Cleaner {
  clean(html: string): string;
}

/** HTML from a config or from task data, cleaned; plain text until that is done, or without any. */
export function Html({ editor, html, text }: { editor: Editor; html: string; text: string }) {
  const [cleaned, setCleaned] = useState<string | null>(null);
  useEffect(() => {
    let late = false;
    setCleaned(null);
    if (html)
      fetchCode<Cleaner>(editor.wire, "html", editor.spec.hash)
        .then(({ clean }) => late || setCleaned(clean(html)))
        .catch((error: Error) => editor.tell(error.message));
    return () => {
      late = true;
    };
  }, [html, editor]);
  if (cleaned === null) return <span class="nb-grow">{text}</span>;
  // DOMPurify has been over it.
  return <span class="nb-grow" dangerouslySetInnerHTML={{ __html: cleaned }} />;
}
