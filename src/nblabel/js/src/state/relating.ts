import type { Editor } from "./editor";

/**
 * The next region that is picked is related to from the selected one; the same again takes what is
 * selected by then. What makes a relation of the two is fetched meanwhile (`arrows.ts`).
 */
export function beginRelation(editor: Editor): void {
  if (editor.readOnly.value) return;
  const at = editor.selection.value.at(-1);
  const { value: begun } = editor.relating;
  if (begun) editor.relating.value = at === undefined ? null : { ...begun, to: at };
  else if (at !== undefined && editor.regionOf(at)) editor.relating.value = { from: at };
  else editor.tell("Select the region first.", "info");
}
