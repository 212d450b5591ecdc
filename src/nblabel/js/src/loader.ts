/**
 * The widget's `_esm`: it is sent and evaluated for every widget, so it only fetches the editor
 * and the families of tags that the config needs, once per page, and hands the model over.
 */
import { Scope } from "./base/scope";
import { words } from "./base/words";
import { fetchCode } from "./wire/code";
import type { AnyModel } from "./wire/model";
import { Wire } from "./wire/wire";

interface EditorModule {
  open(model: AnyModel, wire: Wire, families: readonly unknown[]): Opened;
}

interface FamilyModule {
  readonly family: unknown;
}

interface Opened {
  mount(el: HTMLElement): () => void;
  dispose(): void;
}

/** Ms after which nobody hopes for a kernel any more, as in a saved notebook that is only read. */
const PATIENCE = 5_000;

/** What a notebook that was saved tells without a kernel. */
function saved(model: AnyModel): string {
  const { project, done, rows } = model.get("spec") as {
    project: string;
    done: number;
    rows: number;
  };
  return `nblabel: project “${project}”, ${done} of ${rows} labeled. No kernel answers: if none is busy, run the cell to label.`;
}

export default () => {
  let opened: Promise<Opened> | undefined;
  return {
    initialize({ model }: { model: AnyModel }) {
      const wire = new Wire(model);
      const { hash, families } = model.get("spec") as { hash: string; families: string[] };
      opened = fetchCode(wire, ["editor", ...families], hash).then(([editor, ...modules]) =>
        (editor as EditorModule).open(
          model,
          wire,
          modules.map((module) => (module as FamilyModule).family),
        ),
      );
      opened.catch(() => undefined); // render tells it
      return () => {
        wire.dispose();
        opened?.then((editor) => editor.dispose()).catch(() => undefined);
      };
    },
    render({ model, el }: { model: AnyModel; el: HTMLElement }) {
      const scope = new Scope();
      const waiting = scope.child();
      const note = el.appendChild(document.createElement("div"));
      note.setAttribute("role", "status");
      note.textContent = "nblabel is waiting for the kernel …";
      waiting.later(() => {
        note.textContent = saved(model);
      }, PATIENCE)();
      opened
        ?.then((editor) => {
          waiting.dispose();
          note.remove();
          scope.add(editor.mount(el));
        })
        .catch((error: unknown) => {
          waiting.dispose();
          note.textContent = `nblabel could not start: ${words(error)}. Run the cell again; if that does not help, reload the page.`;
        });
      return () => scope.dispose();
    },
  };
};
