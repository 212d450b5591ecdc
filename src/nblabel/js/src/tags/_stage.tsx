import { effect } from "@preact/signals-core";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Scope } from "../base/scope";
import type { Element } from "../core/types";
import type { Stage, Told } from "../stage/stage";
import type { Editor } from "../state/editor";
import { openMenu } from "../state/menu";

/**
 * A stage in the page, tied to the editor: what is selected comes into sight, what the pointer is
 * on in a list is shown.
 *
 * Made anew when the editor or something of `given` changes; what it makes in `scope` ends with it.
 */
export function useStage(
  editor: Editor,
  element: Element,
  given: readonly unknown[],
  make: (scope: Scope, told: Told) => Stage,
) {
  const room = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const scope = new Scope();
    const name = editor.tree.value.text(element, "name");
    const stage = make(scope, {
      onPick: (ids, { additive }) => pick(editor, ids, additive),
      onHover: (id) => {
        editor.hovered.value = id;
      },
      onMove: () => {
        editor.moved.value++;
      },
      onContext: (id, at) => openMenu(editor, name, id, at, stage.element),
    });
    room.current?.append(stage.element);
    editor.stages.set(name, stage);
    editor.moved.value++;
    scope.add(() => {
      // Another may have come in its place before this one went.
      if (editor.stages.get(name) === stage) editor.stages.delete(name);
      editor.moved.value++;
    });
    if (editor.entered === name) stage.focus();
    editor.entered = null;
    scope.add(
      effect(() => {
        const id = editor.selection.value.at(-1);
        if (id !== undefined) stage.show(id);
      }),
    );
    scope.add(effect(() => stage.highlight(editor.hovered.value)));
    return () => {
      const root = stage.element.getRootNode() as Document | ShadowRoot;
      if (stage.element.contains(root.activeElement)) editor.entered = name;
      stage.cancel();
      stage.dispose();
      scope.dispose();
      stage.element.remove();
    };
  }, [editor, element, ...given]);
  return <div ref={room} class="nb-stage" />;
}

function pick(editor: Editor, ids: readonly string[], additive: boolean): void {
  const [only, ...more] = ids;
  if (only !== undefined && more.length === 0) editor.pick(only, additive);
  else editor.selection.value = additive ? [...new Set([...editor.selection.value, ...ids])] : ids;
}
