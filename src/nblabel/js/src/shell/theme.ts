import { type Signal, signal } from "@preact/signals-core";
import type { Scope } from "../base/scope";
import { paint } from "../stage/colour";
import { outside } from "./room";

/** How the widget is to look beside what is around it. */
export interface Look {
  readonly dark: boolean;
  /** Without the host's colours: it has none, or another theme was asked for. */
  readonly own: boolean;
  readonly contrast: boolean;
}

/** Ms after which what the host fades or loads has its colour. */
const SETTLED = 400;

/** The host's own ground: VS Code gives Jupyter's names, too, and in them always light colours. */
const GROUND = "var(--vscode-editor-background, var(--jp-layout-color0, var(--background)))";

/** Decides by the page behind the widget: once that is there, and whenever it or the place changes. */
export function watchTheme(box: HTMLElement, wanted: Signal<string>, scope: Scope): Signal<Look> {
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const probe = document.createElement("i");
  probe.style.cssText = `display: none; background-color: ${GROUND};`;
  box.prepend(probe);
  const look = signal<Look>({ dark: preferred.matches, own: false, contrast: contrast.matches });
  const named = () => document.body.dataset.vscodeThemeKind ?? "";

  const decide = () => {
    if (!box.isConnected) return; // there is no style yet
    clearRim(box, scope);
    const ground = paint(getComputedStyle(probe).backgroundColor);
    const auto = wanted.value === "auto";
    const seen = isDark(named(), ground, box) ?? preferred.matches;
    const next = {
      dark: auto ? seen : wanted.value === "dark",
      own: !auto || !isOpaque(ground),
      contrast: contrast.matches || named().includes("high-contrast"),
    };
    if (JSON.stringify(next) !== JSON.stringify(look.value)) look.value = next;
  };
  const decideSoon = scope.frame(decide);
  const decideAgain = scope.later(decide, SETTLED);
  const changed = () => {
    decideSoon();
    decideAgain();
  };

  let around = scope.child();
  let parent: globalThis.Element | null = null;
  /** It was put into the page, or elsewhere in it. */
  const arrive = () => {
    if (outside(box) !== parent) {
      parent = outside(box);
      around.dispose();
      around = scope.child();
      for (let at = parent; at; at = outside(at))
        around.mutations(at, { attributes: true, attributeFilter: ["class", "style"] }, changed);
    }
    decide();
    decideAgain();
  };

  scope.mutations(document.documentElement, { attributes: true }, changed);
  scope.mutations(document.body, { attributes: true }, changed);
  scope.mutations(document.head, { childList: true }, changed);
  for (const query of [preferred, contrast]) scope.listen(query, "change", decide);
  scope.listen(box, "animationstart", arrive); // style.css starts one wherever it is put
  scope.resize(box, arrive);
  scope.add(wanted.subscribe(decide));
  return look;
}

type Colour = ReturnType<typeof paint>;

const isOpaque = (colour: Colour): boolean => colour.alpha > 0.5;

/** Null where nothing tells. */
function isDark(named: string, ground: Colour, box: HTMLElement): boolean | null {
  if (named) return named !== "vscode-light" && named !== "vscode-high-contrast-light";
  if (isOpaque(ground)) return ground.luma < 0.5;
  const colab = document.documentElement.getAttribute("theme");
  if (colab === "dark" || colab === "light") return colab === "dark";
  for (let at = outside(box); at; at = outside(at)) {
    const behind = paint(getComputedStyle(at).backgroundColor);
    if (isOpaque(behind)) return behind.luma < 0.5;
  }
  return null;
}

/** The Jupyter extension of VS Code puts white behind every widget, whatever the theme. */
function clearRim(box: HTMLElement, scope: Scope): void {
  const rim = box.closest<HTMLElement>(".cell-output-ipywidget-background");
  if (!rim || rim.style.getPropertyPriority("background")) return;
  rim.style.setProperty("background", "transparent", "important");
  scope.add(() => rim.style.removeProperty("background"));
}
