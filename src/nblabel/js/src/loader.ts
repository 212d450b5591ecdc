/**
 * The widget's `_esm`: it is sent and evaluated for every widget, so it only fetches the editor,
 * once per page, and hands the model over.
 */
import type { AnyModel } from "./wire/model";
import { Wire } from "./wire/wire";

interface EditorModule {
  open(model: AnyModel, wire: Wire): Opened;
}

interface Opened {
  mount(el: HTMLElement): () => void;
  dispose(): void;
}

type Shelf = Record<symbol, Promise<EditorModule> | undefined>;

function fetchEditor(wire: Wire, hash: string): Promise<EditorModule> {
  const shelf = globalThis as unknown as Shelf;
  const place = Symbol.for(`nblabel/${hash}`);
  const loaded = shelf[place];
  if (loaded) return loaded;
  const loading = wire
    .ask("code", { name: "editor" })
    .then(({ buffers: [code] }) => {
      if (!code) throw new Error("the kernel sent no code");
      const bytes = new Uint8Array(code.buffer as ArrayBuffer, code.byteOffset, code.byteLength);
      const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
      return import(/* webpackIgnore: true */ url).finally(() =>
        URL.revokeObjectURL(url),
      ) as Promise<EditorModule>;
    })
    .catch((error: unknown) => {
      delete shelf[place]; // the next widget, with a living kernel, tries again
      throw error;
    });
  shelf[place] = loading;
  return loading;
}

export default () => {
  let opened: Promise<Opened> | undefined;
  return {
    initialize({ model }: { model: AnyModel }) {
      const wire = new Wire(model);
      const { hash } = model.get("spec") as { hash: string };
      opened = fetchEditor(wire, hash).then((editor) => editor.open(model, wire));
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
          note.textContent = `nblabel could not start: ${error instanceof Error ? error.message : error}. Run the cell again; if that does not help, reload the page.`;
        });
      return () => {
        gone = true;
        unmount?.();
      };
    },
  };
};
