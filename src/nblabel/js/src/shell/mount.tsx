import { effect } from "@preact/signals";
import { render } from "preact";
import { Scope } from "../base/scope";
import type { Editor } from "../state/editor";
import { familiesOf } from "../state/families";
import { Shell } from "./shell";
import css from "./style.css";
import { watchTheme } from "./theme";

const KEYS = ["keydown", "keypress", "keyup"];

/** Draws the editor into a notebook's output; what it returns takes it out again. */
export function mount(editor: Editor, el: HTMLElement): () => void {
  const scope = new Scope();
  const host = document.createElement("div");
  // Notebook 7 leaves keys alone inside an element of the page that says so; JupyterLab and
  // VS Code leave alone what does not reach them.
  host.dataset.lmSuppressShortcuts = "true";
  host.style.display = "block";
  for (const type of KEYS) scope.listen(host, type, (event) => event.stopPropagation());
  const root = host.attachShadow({ mode: "open" });
  const own = new CSSStyleSheet();
  const styles = familiesOf(editor).map((family) => family.styles ?? "");
  own.replaceSync([css, ...styles].join("\n"));
  scope.add(
    effect(() => {
      root.adoptedStyleSheets = [own, ...editor.sheets.value];
    }),
  );
  el.append(host);
  const dark = watchTheme(el, editor.theme, scope);
  render(<Shell editor={editor} dark={dark} host={host} scope={scope} />, root);
  return () => {
    render(null, root);
    scope.dispose();
    host.remove();
  };
}
