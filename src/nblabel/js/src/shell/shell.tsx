import type { Signal } from "@preact/signals-core";
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Scope } from "../base/scope";
import type { Item } from "../core/types";
import { run } from "../state/commands";
import type { Editor } from "../state/editor";
import { listOf } from "../state/families";
import { pressHotkey } from "../state/hotkeys";
import { keyOf } from "../state/keymap";
import type { Panel } from "../state/screen";
import { useStyled } from "../tags/_code";
import { BottomBar, Notices, TopBar } from "../views/bars";
import { Drawn, inPalette } from "../views/tree";
import { codeHere } from "../wire/code";
import type { Look } from "./theme";

interface ShellProps {
  readonly editor: Editor;
  readonly look: Signal<Look>;
  readonly host: HTMLElement;
  readonly scope: Scope;
}

/** Keys that a field with text in it keeps for itself. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "range"].includes(target.type);
  return target.matches("textarea, select") || target.isContentEditable;
}

/** What arrows move something in; where it can go no further, the page does not go instead. */
const MOVED = "[role=textbox],[role=radio],[role=checkbox],[role=combobox],[role=slider]";

function isMoving(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return event.key.startsWith("Arrow") && target instanceof Element && target.matches(MOVED);
}

const isArrow = (event: KeyboardEvent) =>
  event.key.startsWith("Arrow") && !(event.ctrlKey || event.altKey || event.metaKey);

const MARKED =
  ".nb-reading:not(.nb-unmarked) :is(.nb-text-page, .nb-text-host, .nb-frame), .nb-picture:has(> .nb-tools) .nb-image-surface";

/** Puts the keyboard into the first text or picture that can be marked. */
function enterData(el: HTMLElement): boolean {
  const data = el.querySelector<HTMLElement>(MARKED);
  data?.focus({ preventScroll: true });
  return data !== null;
}

function onKey(event: KeyboardEvent, editor: Editor): boolean {
  const key = keyOf(event);
  const command = editor.keys.get(key);
  const typing = isTyping(event);
  if (typing && command !== "annotation:submit" && command !== "annotation:skip") return false;
  if (editor.panel.value) {
    // Under a sheet nothing is answered: it is not seen.
    if (command === "region:exit" || command === "help") editor.panel.value = null;
    return command !== undefined;
  }
  if (editor.menu.value && command === "region:exit") {
    editor.menu.value = null; // it is on its way, and no longer wanted
    return true;
  }
  const nth = /^alt\+shift\+([1-9])$/.exec(key);
  if (nth) {
    const region = listOf(editor)?.order(editor)[Number(nth[1]) - 1];
    if (region) editor.selection.value = [region.id];
    return true;
  }
  // A key that is held down answers once, not for every task that comes.
  if (!typing && !event.repeat && pressHotkey(editor, key)) return true;
  if (!command) return false;
  if (event.repeat && /^(annotation:(submit|skip)|task:)/.test(command)) return true;
  return run(editor, command);
}

interface Panels {
  readonly styles: string;
  readonly views: Readonly<Record<Panel, View>>;
  readonly Asked: View;
  readonly ContextMenu: View;
  readonly End: View;
  readonly Whose: View;
}

type View = (props: { editor: Editor }) => ComponentChild;

/**
 * The code of what is opened over the data, with its styles; null until it is here. It comes once
 * somebody works here, so that nobody waits for it.
 */
function usePanels(editor: Editor): Panels | null {
  const { focused, panel, route, others, view } = editor;
  const chosen = others.length > 0 || (view.value?.predictions.length ?? 0) > 1;
  const wanted = focused.value || panel.value || route.finished.value || chosen;
  return useStyled<Panels>(editor, wanted ? "panels" : null);
}

interface RelationsModule {
  readonly styles: string;
  readonly List: View;
  readonly Arrows: View;
}

const isRelation = ({ result }: Item) => result.type === "relation";

/** What shows relations, where some are or one is begun. */
function useRelations(editor: Editor): RelationsModule | null {
  const { items, suggested, relating } = editor;
  const some = relating.value || items.value.some(isRelation) || suggested.value.some(isRelation);
  return useStyled<RelationsModule>(editor, some ? "arrows" : null);
}

/** What is typed for a search or a note before it is here: it must answer nothing, and is not lost. */
function typedAhead(event: KeyboardEvent, editor: Editor): boolean {
  const { key, ctrlKey, altKey, metaKey } = event;
  const searching = ["finder", "search"].includes(editor.panel.value ?? "");
  const noting = editor.noting.value !== null && !codeHere("panels", editor.spec.hash);
  if (!(searching || noting) || isTyping(event) || ctrlKey || altKey || metaKey) return false;
  if (key === "Enter") editor.typedAhead += "\n";
  else if (key.length === 1) editor.typedAhead += key;
  return key === "Enter" || key.length === 1;
}

function Busy({ editor }: { editor: Editor }) {
  const index = editor.route.loading.value;
  if (index === null) return null;
  return <p class="nb-loading">{`Task ${index + 1} is on its way …`}</p>;
}

/** The height of the data area, the same for every task: where there is an image, by its width. */
function heightFor(editor: Editor): string {
  const pictured = editor.tree.value.elements.some(({ tag }) => tag === "Image");
  return pictured ? "clamp(420px, 56cqi, max(420px, 100vh - 280px))" : "380px";
}

/** The whole widget: bars, palette, data, regions, messages. */
export function Shell({ editor, look, host, scope }: ShellProps) {
  const root = useRef<HTMLElement>(null);
  const panel = editor.panel.value;
  const panels = usePanels(editor);
  const Panel = panel && panels?.views[panel];
  const relations = useRelations(editor);
  const List = listOf(editor)?.View;
  const work = editor.work.value;
  const tree = editor.tree.value;
  const palettes = tree.elements.filter((element) => inPalette(editor, element));
  const key = work?.view.key;

  // Focus stays in the widget when what had it goes away with its task.
  useLayoutEffect(() => {
    if (editor.focused.value && !host.shadowRoot?.activeElement) root.current?.focus();
  }, [key, editor.route.finished.value]);

  useLayoutEffect(() => {
    const el = root.current;
    if (!el) return;
    const local = scope.child();
    local.listen<KeyboardEvent>(el, "keydown", (event) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (typedAhead(event, editor)) return event.preventDefault();
      const entered = event.target === el && isArrow(event) && enterData(el);
      if (entered || onKey(event, editor) || isMoving(event)) event.preventDefault();
    });
    local.listen(el, "focusin", () => {
      editor.focused.value = true;
    });
    // What had the focus went, as the row of a region that is deleted: the keys stay here.
    const keepFocus = () => {
      const lost = document.activeElement === document.body;
      if (editor.focused.value && lost) el.focus({ preventScroll: true });
    };
    const onceLeft = local.frame(keepFocus);
    local.listen<FocusEvent>(el, "focusout", (event) => {
      // Chromium tells no related target when the focused element is removed: that is no leaving.
      // Nor where a frame gets the focus, which has it only after a while.
      const [gone] = event.composedPath();
      const keep = () => ((gone as Node).isConnected ? onceLeft() : keepFocus());
      if (!event.relatedTarget) queueMicrotask(keep);
      else if (!el.contains(event.relatedTarget as Node)) editor.focused.value = false;
    });
    local.listen<PointerEvent>(el, "pointerdown", (event) => {
      const [target] = event.composedPath();
      const takes =
        target instanceof HTMLElement && target.closest("button,input,select,[tabindex]");
      if (!takes || takes === el) el.focus({ preventScroll: true });
    });
    local.listen<PointerEvent>(document as EventTarget, "pointerdown", (event) => {
      if (!event.composedPath().includes(host)) editor.focused.value = false;
    });
    return () => local.dispose();
  }, [editor, host, scope]);

  const full = () => {
    const going = document.fullscreenElement
      ? document.exitFullscreen()
      : host.requestFullscreen?.();
    going?.catch((error: Error) => editor.tell(error.message));
  };
  const empty = editor.route.finished.value || !work;
  const { dark, own, contrast } = look.value;
  const looks = [dark && "nb-dark", own && "nb-own", contrast && "nb-contrast"];
  return (
    <section
      ref={root}
      class={["nb", ...looks].filter(Boolean).join(" ")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the widget's keys work where its focus is
      tabIndex={0}
      aria-label={`nblabel: ${editor.spec.project}`}
    >
      <TopBar editor={editor} full={full} whose={panels && <panels.Whose editor={editor} />} />
      {palettes.length > 0 && !empty && (
        <div class="nb-palette">
          <div class="nb-config">
            {palettes.map((element) => (
              <Drawn key={element.id} element={element} editor={editor} />
            ))}
          </div>
        </div>
      )}
      <Notices editor={editor} />
      <div class="nb-middle" style={{ "--nb-height": heightFor(editor) }}>
        <div class="nb-data" tabIndex={-1} aria-busy={editor.route.loading.value !== null}>
          {editor.route.finished.value
            ? panels && <panels.End editor={editor} />
            : work && (
                <div class="nb-config">
                  <Drawn key={key} element={tree.root} editor={editor} />
                </div>
              )}
          <Busy editor={editor} />
        </div>
        {!empty && relations && <relations.Arrows editor={editor} />}
        {!empty && List && <List editor={editor} relations={relations?.List ?? null} />}
        {Panel && <Panel editor={editor} />}
      </div>
      <BottomBar editor={editor} />
      {panels && <panels.Asked editor={editor} />}
      {panels && editor.menu.value && <panels.ContextMenu editor={editor} />}
    </section>
  );
}
