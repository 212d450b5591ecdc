import { useLayoutEffect, useState } from "preact/hooks";
import type { Editor } from "../state/editor";
import { fetchCode } from "../wire/code";

/** A module that is fetched where it is first needed; null until it is there, or when none is. */
export function useCode<Module>(editor: Editor, name: string | null): Module | null {
  const [module, setModule] = useState<Module | null>(null);
  // Before the paint: code that is there already is not waited for.
  useLayoutEffect(() => {
    let late = false;
    if (name)
      fetchCode<Module>(editor.wire, name, editor.spec.hash)
        .then((loaded) => late || setModule(() => loaded))
        .catch((error: Error) => late || editor.tell(error.message));
    return () => {
      late = true;
    };
  }, [name, editor]);
  return module;
}
