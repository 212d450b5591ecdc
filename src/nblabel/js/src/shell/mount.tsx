import { effect } from "@preact/signals";
import { render } from "preact";
import { Scope } from "../base/scope";
import type { Editor } from "../state/editor";
import { familiesOf } from "../state/families";
import { hotkeysOf } from "../state/hotkeys";
import { keyOf } from "../state/keymap";
import { watchRoom } from "./room";
import { Shell } from "./shell";
import css from "./style.css";
import { watchTheme } from "./theme";

const KEYS = ["keydown", "keypress", "keyup"];
/** What saves a notebook: the host's, unless the config or the person gave it a meaning here. */
const SAVE = "ctrl+s";

/** Holds all that is drawn in its place. No rule of the shadow root reaches it. */
const BOX =
  "display: block; position: relative; isolation: isolate; contain: layout paint; overflow: clip;";

/** Draws the editor into a notebook's output; what it returns takes it out again. */
export function mount(editor: Editor, el: HTMLElement): () => void {
  const scope = new Scope();
  const box = document.createElement("div");
  box.style.cssText = BOX.replaceAll(";", " !important;");
  const host = document.createElement("div");
  host.style.display = "block";
  box.append(host);
  keepKeys(editor, host, scope);
  const root = host.attachShadow({ mode: "open" });
  const own = new CSSStyleSheet();
  // Families that draw alike bring the same styles.
  const styles = new Set(familiesOf(editor).map((family) => family.styles ?? ""));
  own.replaceSync([css, ...styles].join("\n"));
  scope.add(
    effect(() => {
      root.adoptedStyleSheets = [own, ...editor.sheets.value];
    }),
  );
  el.append(box);
  const look = watchTheme(box, editor.theme, scope);
  watchRoom(box, host, scope);
  render(<Shell editor={editor} look={look} host={host} scope={scope} />, root);
  return () => {
    render(null, root);
    scope.dispose();
    box.remove();
  };
}

/**
 * Keeps what is typed here from the host. Notebook 7 leaves keys alone inside an element of the
 * page that says so, and hears them before the element does; JupyterLab and VS Code leave alone
 * what does not reach them.
 */
function keepKeys(editor: Editor, host: HTMLElement, scope: Scope): void {
  const suppress = () => {
    host.dataset.lmSuppressShortcuts = "true";
  };
  const suppressAgain = scope.later(suppress, 0);
  const isHosts = (event: KeyboardEvent) =>
    keyOf(event) === SAVE &&
    !editor.keys.has(SAVE) &&
    ![...hotkeysOf(editor).values()].includes(SAVE);
  suppress();
  scope.listen<KeyboardEvent>(
    window,
    "keydown",
    (event) => {
      if (!event.composedPath().includes(host) || !isHosts(event)) return;
      delete host.dataset.lmSuppressShortcuts;
      suppressAgain();
    },
    { capture: true },
  );
  for (const type of KEYS)
    scope.listen<KeyboardEvent>(host, type, (event) => {
      if (!isHosts(event)) event.stopPropagation();
    });
}
