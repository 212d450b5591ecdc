import { useLayoutEffect, useState } from "preact/hooks";
import type { Editor } from "../state/editor";
import { fetchCode } from "../wire/code";

/** Modules that were fetched, by the build's hash and name: the next view has them at once. */
const fetched = new Map<string, unknown>();

/** A module that is fetched where it is first needed; null until it is there, or when none is. */
export function useCode<Module>(editor: Editor, name: string | null): Module | null {
  const { hash } = editor.spec;
  const place = `${hash}/${name}`;
  const [, setCome] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (!name || fetched.has(place)) return;
    let late = false;
    fetchCode<Module>(editor.wire, name, hash)
      .then((module) => {
        fetched.set(place, module);
        if (!late) setCome(place);
      })
      .catch((error: Error) => late || editor.tell(error.message));
    return () => {
      late = true;
    };
  }, [name, place, hash, editor]);
  return (fetched.get(place) as Module | undefined) ?? null;
}
