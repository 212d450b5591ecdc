/** The editor: fetched once per page by the loader, opened once per widget, mounted once per view. */
import { effect, signal } from "@preact/signals-core";
import { mount } from "./shell/mount";
import { openEditor } from "./state/families";
import type { Family } from "./state/family";
import type { Spec } from "./state/tree";
import type { AnyModel } from "./wire/model";
import { PROTOCOL, type Wire } from "./wire/wire";

export function open(model: AnyModel, wire: Wire, families: readonly Family[]) {
  const spec = model.get("spec") as Spec;
  if (spec.protocol !== PROTOCOL)
    throw new Error(
      `this page speaks nblabel's protocol ${PROTOCOL}, the kernel ${spec.protocol}: reload the page, unsaved work is kept`,
    );
  const theme = signal(String(model.get("theme")));
  const look = () => {
    theme.value = String(model.get("theme"));
  };
  model.on("change:theme", look);
  const follow = () => {
    editor.advance.value = (model.get("spec") as Spec).advance;
  };
  model.on("change:spec", follow);
  const editor = openEditor(spec, wire, families, theme);
  const keep = effect(() => {
    const { done, exact } = editor.progress.value;
    const spec = model.get("spec") as Spec;
    // A notebook that is saved shows it without a kernel.
    if (exact || done > spec.done) model.set?.("spec", { ...spec, done });
  });
  void editor.start();
  return {
    editor,
    mount: (el: HTMLElement) => mount(editor, el),
    dispose() {
      model.off("change:theme", look);
      model.off("change:spec", follow);
      keep();
      editor.dispose();
    },
  };
}
