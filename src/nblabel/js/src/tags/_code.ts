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

/** A module that nobody waits for; null where none comes. */
export const comingCode = <Module>({ wire, spec }: Editor, name: string): Promise<Module | null> =>
  fetchCode(wire, [name], spec.hash).then(
    ([module]) => module as Module,
    () => null,
  );

/** The same with the styles that it brings for the shadow roots. */
export function useStyled<Module extends { readonly styles: string }>(
  editor: Editor,
  name: string | null,
): Module | null {
  const module = useCode<Module>(editor, name);
  const styles = module?.styles;
  useLayoutEffect(() => {
    if (styles === undefined) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    editor.sheets.value = [...editor.sheets.value, sheet];
    return () => {
      editor.sheets.value = editor.sheets.value.filter((other) => other !== sheet);
    };
  }, [styles, editor]);
  return module;
}
