import { useEffect } from "preact/hooks";
import { Scope } from "../base/scope";
import type { Element } from "../core/types";
import { scoreText } from "../stage/mark";
import { answersNow } from "../state/answers";
import type { Editor } from "../state/editor";
import type { Family, Frame, ViewProps } from "../state/family";
import { hotkeysOf } from "../state/hotkeys";
import { answer } from "../state/submitting";
import { scoreOf, suggestedFor } from "../state/suggestions";
import styles from "./pairwise.css";

const SIDES = ["left", "right"] as const;
/** A pointer that moves no further than this, in px, stays where it is. */
const STILL = 5;

type Side = (typeof SIDES)[number];

const WORDS: Readonly<Record<Side, string>> = { left: "Left", right: "Right" };

/** The two objects that are compared, the left one first. */
function objectsOf(editor: Editor, control: Element): Element[] {
  const tree = editor.tree.value;
  const names = tree.text(control, "toName").split(",");
  return names.flatMap((name) => tree.named(name.trim()) ?? []);
}

const chosenNow = (editor: Editor, control: Element): unknown =>
  answersNow(editor, control)[0]?.result.value?.selected;

/** Chooses a side; the same again takes it back. */
function choose(editor: Editor, control: Element, selected: Side): void {
  const again = chosenNow(editor, control) === selected;
  answer(editor, control, () => (again ? undefined : { selected }));
}

/** Where the pointer went down: what is dragged marks or pans, and chooses nothing. */
let pressed = { x: 0, y: 0 };

/** Whether a click is meant for what is compared, and not for something in it. */
function isMeant(event: MouseEvent): boolean {
  if ((event.target as HTMLElement).closest("button, a, input, select, textarea")) return false;
  return Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < STILL;
}

function Pairwise({ element, editor }: ViewProps) {
  useEffect(() => {
    const scope = new Scope();
    const down = ({ clientX: x, clientY: y }: PointerEvent) => {
      pressed = { x, y };
    };
    scope.listen(document, "pointerdown", down, { capture: true });
    return () => scope.dispose();
  }, []);
  const objects = objectsOf(editor, element);
  const chosen = chosenNow(editor, element);
  const suggested = suggestedFor(editor, element);
  const score = suggested ? scoreOf(editor, suggested.result) : null;
  const keys = hotkeysOf(editor);
  return (
    <div
      role="group"
      class="nb-pairwise"
      aria-label={editor.tree.value.text(element, "name")}
      aria-description="choose the better one"
    >
      {SIDES.map((side, i) => {
        const object = objects[i];
        const key = editor.settings.value.showHotkeys && object && keys.get(object.id);
        const proposed = suggested?.result.value?.selected === side;
        return (
          <button
            key={side}
            type="button"
            class="nb-button"
            aria-pressed={chosen === side}
            aria-disabled={editor.readOnly.value || undefined}
            aria-description={proposed ? "suggested" : undefined}
            onClick={(event) => {
              if (!(editor.advance.value && event.detail > 1)) choose(editor, element, side);
            }}
          >
            {WORDS[side]}
            {proposed && (
              <span class="nb-score">suggested{score === null ? "" : ` ${scoreText(score)}`}</span>
            )}
            {key && <kbd aria-hidden="true">{key}</kbd>}
          </button>
        );
      })}
    </div>
  );
}

const CLASSES: Readonly<Record<Side, string>> = { left: "leftClass", right: "rightClass" };

/** An object that is compared is chosen by a click on it. */
function frame(editor: Editor, object: Element): Frame | null {
  const tree = editor.tree.value;
  for (const control of tree.elements) {
    if (control.tag !== "Pairwise") continue;
    const side = SIDES[objectsOf(editor, control).indexOf(object)];
    if (!side) continue;
    const chosen = chosenNow(editor, control) === side;
    return {
      class: `nb-pair ${chosen ? "nb-chosen" : ""} ${tree.text(control, CLASSES[side])}`,
      style: chosen ? tree.text(control, "selectionStyle") : "",
      onClick: (event) => {
        if (isMeant(event)) choose(editor, control, side);
      },
    };
  }
  return null;
}

export const family: Family = {
  views: { Pairwise },
  form: { words: (value) => WORDS[value.selected as Side] ?? null },
  hotkeys: {
    of: objectsOf,
    run: (editor, object, control) => {
      const side = SIDES[objectsOf(editor, control).indexOf(object)];
      if (side) choose(editor, control, side);
    },
  },
  frame,
  styles,
};
