/**
 * The widget's `_esm`: it is sent and evaluated for every widget, so it only fetches the editor,
 * once per page, and hands the model over.
 */
import { words } from "./base/words";
import { fetchCode } from "./wire/code";
import type { AnyModel } from "./wire/model";
import { Wire } from "./wire/wire";

interface EditorModule {
  open(model: AnyModel, wire: Wire): Opened;
}

interface Opened {
  mount(el: HTMLElement): () => void;
  dispose(): void;
}

export default () => {
  let opened: Promise<Opened> | undefined;
  return {
    initialize({ model }: { model: AnyModel }) {
      const wire = new Wire(model);
      const { hash } = model.get("spec") as { hash: string };
      opened = fetchCode<EditorModule>(wire, "editor", hash).then((editor) =>
        editor.open(model, wire),
      );
      opened.catch(() => undefined); // render tells it
      return () => {
        wire.dispose();
        opened?.then((editor) => editor.dispose()).catch(() => undefined);
      };
    },
    render({ el }: { el: HTMLElement }) {
      let unmount: (() => void) | undefined;
      let gone = false;
      const note = el.appendChild(document.createElement("div"));
      note.setAttribute("role", "status");
      note.textContent = "nblabel is waiting for the kernel …";
      opened
        ?.then((editor) => {
          note.remove();
          if (!gone) unmount = editor.mount(el);
        })
        .catch((error: unknown) => {
          note.textContent = `nblabel could not start: ${words(error)}. Run the cell again; if that does not help, reload the page.`;
        });
      return () => {
        gone = true;
        unmount?.();
      };
    },
  };
};
