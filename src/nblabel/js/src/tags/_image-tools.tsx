import type { ComponentChildren } from "preact";
import type { Element } from "../core/types";
import type { ImageStage } from "../stage/image/image-stage";
import type { Editor } from "../state/editor";
import type { Tool, ViewProps } from "../state/family";
import { isVisible } from "../state/visibility";
import { deskOf, placeInHand, toolOf, toolsFor, toolsOf } from "./_image-desk";

const MOVE = { name: "move", words: "Select and move", command: "tool:move" };
const PAN = { name: "pan", words: "Pan", command: "tool:pan-image" };
const ICONS = {
  move: "m3 2 9 5.2-4 1.1-1.4 4z",
  pan: "M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2",
};

/** The tools of an image: those of each place that can be drawn on it, to select, and to look. */
function offers(editor: Editor, image: Element): Tool[] {
  const tree = editor.tree.value;
  const selects = tree.attribute(image, "selectionControl") !== false;
  const drawn = toolsOf(editor, image).flatMap((place) => toolsFor(editor, image, place));
  const once = [...new Map(drawn.map((tool) => [tool.name, tool])).values()];
  return [
    ...once,
    ...(selects ? [{ ...MOVE, icon: ICONS.move }] : []),
    ...(tree.flag(image, "zoomControl") ? [{ ...PAN, icon: ICONS.pan }] : []),
  ];
}

interface ButtonProps {
  readonly name: string;
  readonly keys: string;
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

export function Button({ name, keys, children, onClick, pressed, disabled }: ButtonProps) {
  return (
    <button
      type="button"
      class="nb-tool"
      aria-label={name}
      title={keys ? `${name} (${keys})` : name}
      aria-pressed={pressed}
      aria-disabled={disabled || undefined}
      onClick={() => !disabled && onClick()}
    >
      {children}
    </button>
  );
}

export interface ToolbarProps {
  readonly editor: Editor;
  readonly element: Element;
}

/** The tools of an Image, as its attributes ask for them, and what stands below them. */
export function Toolbar({ editor, element, children }: ViewProps) {
  const desk = deskOf(editor);
  const tree = editor.tree.value;
  const controlled = tree
    .controls(element)
    .some((control) => tree.tag(control)?.region && isVisible(editor, control));
  const zooms = tree.flag(element, "zoomControl") && (controlled || element.attributes.zoomControl);
  const turns = tree.flag(element, "rotateControl");
  const stage = (run: (stage: ImageStage) => void) => () => {
    const own = desk.stages.get(element.id);
    if (own) run(own);
  };
  if (!controlled && !zooms && !turns) return null;
  const Options = controlled ? placeInHand(editor, element)?.options : undefined;
  return (
    <div class="nb-tools" role="toolbar" aria-label={`Tools of ${tree.text(element, "name")}`}>
      {controlled &&
        offers(editor, element).map(({ name, words, command, icon }) => (
          <Button
            key={name}
            name={words}
            keys={editor.spec.commands[command]?.keys[0] ?? ""}
            pressed={toolOf(editor, element) === name}
            onClick={() => {
              editor.tool.value = name;
            }}
          >
            <svg class="nb-icon" viewBox="0 0 16 16" aria-hidden="true">
              <path d={icon} />
            </svg>
          </Button>
        ))}
      {Options && <Options editor={editor} element={element} />}
      {zooms && (
        <>
          <Button name="Zoom in" keys="ctrl plus" onClick={stage((own) => own.zoomIn())}>
            +
          </Button>
          <Button name="Zoom out" keys="ctrl minus" onClick={stage((own) => own.zoomOut())}>
            −
          </Button>
          <Button name="Fit" keys="shift 1" onClick={stage((own) => own.fit())}>
            <span class="nb-fit">fit</span>
          </Button>
          <Button name="Actual size" keys="shift 2" onClick={stage((own) => own.actualSize())}>
            <span class="nb-fit">1:1</span>
          </Button>
        </>
      )}
      {children}
    </div>
  );
}
