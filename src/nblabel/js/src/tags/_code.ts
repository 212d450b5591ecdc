import { useLayoutEffect, useState } from "preact/hooks";
import type { Editor } from "../state/editor";
import { codeHere, fetchCode } from "../wire/code";

/** A module that is fetched where it is first needed; null until it is there, or when none is. */
export function useCode<Module>(editor: Editor, name: string | null): Module | null {
  const { hash } = editor.spec;
  const [, setCome] = useState(0);
  const here = name === null ? null : (codeHere<Module>(name, hash) ?? null);
  useLayoutEffect(() => {
    if (name === null || here) return;
    let late = false;
    fetchCode(editor.wire, [name], hash)
      .then(() => late || setCome((times) => times + 1))
      .catch((error: Error) => late || editor.tell(error.message));
    return () => {
      late = true;
    };
  }, [name, hash, here, editor]);
  return here;
}
