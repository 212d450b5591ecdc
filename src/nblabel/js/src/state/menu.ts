import type { Point } from "../core/geometry";
import type { Editor } from "./editor";
import { type Keyed, keyed } from "./hotkeys";
import { fits } from "./regions";
import { isVisible } from "./visibility";

/** The labels for what is selected on an object, else for what is marked there next. */
export function labelsFor(editor: Editor, object: string): readonly Keyed[] {
  const tree = editor.tree.value;
  const meant = editor.selected.value.filter((region) => region.object === object);
  const labels = keyed(editor).filter(
    ({ control }) =>
      !editor.readOnly.value &&
      tree.labels(control) &&
      tree.text(control, "toName") === object &&
      isVisible(editor, control) &&
      meant.every((region) => fits(editor, control, region)),
  );
  return editor.labels.recentFirst(labels, ({ element }) => element.id);
}

/** Opens the menu of a region, or of the ground; false where it would have nothing to offer. */
export function openMenu(
  editor: Editor,
  object: string,
  id: string | null,
  at: Point,
  inside: Element,
): boolean {
  if (id === null) editor.selection.value = [];
  else if (!editor.selection.value.includes(id)) editor.selection.value = [id];
  if (id === null && labelsFor(editor, object).length === 0) return false;
  const { left = 0, top = 0 } = inside.closest(".nb")?.getBoundingClientRect() ?? {};
  editor.menu.value = { x: at.x - left, y: at.y - top, object };
  return true;
}
